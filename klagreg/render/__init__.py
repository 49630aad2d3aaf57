"""One module per medium. Renderers compute nothing and read nothing: they are given values and show them."""
