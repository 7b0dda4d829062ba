"""Waiting for what a page does by itself, in pages that allow no script but their own."""


def until(page, condition):
    """Wait until a condition in JavaScript holds; Playwright's own `wait_for_function` needs what such a page forbids."""
    page.evaluate(f"""() => new Promise((done, fail) => {{
      const begin = performance.now();
      const look = () => {{
        if ({condition}) done();
        else if (performance.now() - begin > 20000) fail(new Error({condition!r} + " did not come about"));
        else setTimeout(look, 20);
      }};
      look();
    }})""")
