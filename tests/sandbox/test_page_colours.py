"""Light and dark: as the system has it, or as chosen, and readable in both."""

import pytest

from bot.sandbox import Member, PageTools, SandboxServer, Step, Workspace
from screens.browser import Browser
from tests.sandbox.conftest import TEAM, actions, asked, button, marked, modal, plain, section

pytestmark = pytest.mark.night  # by day a browser walks the roads of `tests/screens`
THEME = "document.documentElement.dataset.theme"
# WCAG 2.2, 1.4.3: 4.5 to 1 for text. Every visible text on the page, on the nearest ground that is painted.
PALE = """
(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => numbers(colour).slice(0, 3).map((one) => one / 255)
    .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, index) => sum + one * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((numbers(colour)[3] ?? 1) > 0.5) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !node.offsetParent) continue;
    if (node.closest("script, option, .hidden")) continue;
    const [one, other] = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < 4.5) found.push([node.tagName, node.className, texts.currentNode.textContent, ratio]);
  }
  return found;
})()
"""
MODAL = modal(asked("note", "plain_text_input") | {"hint": plain("A hint")})


@pytest.fixture
def page(workspace: Workspace, server: SandboxServer, window: Browser, alice: Member) -> Browser:
    """Every kind of text: markup, buttons, fields, a file, a private message, a notice, a modal."""
    says = "Text with `code`, *bold*, <@U0ALICE001>, <@U0BOB00001> and <https://nextcall.example|a link>\n> quoted"
    with workspace.changing():
        channel = workspace.channels[TEAM]
        buttons = [button(style, "Press", style=style) for style in ("primary", "danger")]
        workspace.post_as_app(
            channel,
            "all",
            [
                {"type": "header", "text": plain("Heading")},
                section(says),
                {"type": "context", "elements": [marked("Small print")]},
                actions(*buttons, button("plain", "Press")),
            ],
        )
        workspace.post_as_app(channel, "Only for you, with `code`", [], only_for=alice.user_id)
        workspace.notice(alice.user_id, TEAM, "Slack says")
    alice.upload("leads.csv", b"Name", TEAM)
    server.furnish(PageTools(guide=(Step(alice.user_id, "Ask.", "Type it.", "command", "/nextcall 1"),)))
    window.prefer("light")
    window.open(f"{server.url}#U0ALICE001/{TEAM}", 1280)
    window.wait_until("document.querySelectorAll('article').length === 4")
    return window


def test_it_follows_the_system_until_a_theme_is_chosen_and_remembers_that(page: Browser, server: SandboxServer) -> None:
    assert page.value_of(THEME) == "light"
    page.prefer("dark")
    page.wait_until(f"{THEME} === 'dark'")
    page.value_of(
        "(() => { const menu = document.getElementById('theme'); menu.value = 'light'; "
        "menu.dispatchEvent(new Event('change')); })()"
    )
    assert page.value_of(THEME) == "light"
    page.open(f"{server.url}#U0ALICE001/{TEAM}", 1280)
    page.wait_until("document.querySelectorAll('article').length === 4")
    assert page.value_of(f"{THEME} + document.getElementById('theme').value") == "lightlight"
    page.value_of("localStorage.clear()")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_has_the_contrast_of_aa(page: Browser, workspace: Workspace, alice: Member, theme: str) -> None:
    page.prefer(theme)
    page.wait_until(f"{THEME} === '{theme}'")
    page.value_of("document.getElementById('faults').open = true")
    assert page.value_of(PALE) == []
    with workspace.changing():
        workspace.views.open(alice.user_id, MODAL, workspace.clock.now())
    page.wait_until("document.getElementById('modal').open")
    page.value_of("document.querySelector('#modal .look').click()")
    page.wait_until("document.getElementById('inside').open")
    assert page.value_of(PALE) == []
