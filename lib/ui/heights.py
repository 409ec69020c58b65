"""Heights in pixels of what stands above the content of a page: fixed, so that nothing below moves while the browser
loads what draws it. On a phone style.css gives its own."""

MENU, TICKER, ROW = 40, 80, 40
