"""The screen: the only room that imports Streamlit.

frame     what every page begins with: page config, menu, as-of line, ticker
loaders   thin functions of the one desk of this server (lib.desk), which reads and caches
view      the view of this session: from the link to the widgets and back, and what the buttons in our HTML do to it
hands     clicks on our own HTML
controls  archive  the widgets of the chart, of the feed and of the archive
chart     the chart or its table, and the moves in view
share     links and files to take along         selection  what a browser says was selected
frozen    a view of the past, and what has changed since
ticker  feed  sources  markup  notices   text from the store to escaped HTML
"""
