"""The screen: the only room that imports Streamlit.

frame     what every page begins with: page config, menu, ticker, as-of line
loaders   cached reads of the store, keyed by its revision
view      the view of this session: from the link to the widgets and back
controls  the widgets of the chart and of the feed
ticker  feed  markup   text from the store to escaped HTML
"""
