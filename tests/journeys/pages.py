"""The pages as a person uses them: what is clicked and typed, by the words on the screen."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from pilots import form as pilot_form
from portal.accounts.models import Body
from portal.declaration.sections import Section
from tests.factories import PASSWORD
from tests.pilot_data import PDF


class Visitor:
    """A browser window of one person. What went wrong in it (scripts, policy, server) is collected in `faults`."""

    def __init__(self, browser: Browser, base: str, *, width: int = 1366, scripts: bool = True) -> None:
        self.base, self.width, self.scripts = base, width, scripts
        self.faults: list[str] = []
        self.context: BrowserContext = browser.new_context(
            base_url=base,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 768},
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        self.context.set_default_timeout(30_000)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._listen)
        self.page.on("response", self._answer)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _listen(self, message: Any) -> None:
        text = message.text
        if message.type == "error" and not re.search(r"status of 4(04|09|22|29)", text):
            self.faults.append(f"console: {text}")

    def _answer(self, response: Any) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    # --- moving about ---------------------------------------------------------------------------

    def go(self, path: str) -> None:
        self.page.goto(path)
        self.check()

    def check(self) -> None:
        """Nothing is wider than the window."""
        if self.scripts:
            wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wide > 1:
                self.faults.append(f"{wide} px too wide: {self.page.url}")

    def press(self, name: str, within: Locator | None = None) -> None:
        """Presses the button of that name."""
        (within or self.page).get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.check()

    def follow(self, name: str) -> None:
        """Follows the link of that name."""
        self.page.get_by_role("link", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.check()

    def sees(self, *texts: str) -> None:
        """These words stand in the page."""
        for text in texts:
            expect(self.page.locator("body")).to_contain_text(text)

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            expect(self.page.locator("body")).not_to_contain_text(text)

    def type_in(self, **values: str) -> None:
        """Fills fields by their names; a value for a choice is the choice's."""
        for name, value in values.items():
            self.put(name, value)

    def put(self, name: str, value: Any) -> None:
        """Answers one field as its kind wants it."""
        found = self.page.locator(f'[name="{name}"]')
        kind = found.first.evaluate(
            "e => e.tagName === 'SELECT' ? 'select' : e.tagName === 'TEXTAREA' ? 'text' : e.type"
        )
        folded = found.first.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            folded.first.click()
        if kind == "select":
            found.first.select_option(str(value))
        elif kind == "radio":
            self.page.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind == "checkbox" and isinstance(value, list):
            for item in value:
                self.page.locator(f'[name="{name}"][value="{item}"]').check()
        elif kind == "checkbox":
            found.first.set_checked(bool(value))
        elif kind == "file":
            found.first.set_input_files(value)
        else:
            found.first.fill(str(value))

    # --- signing in -----------------------------------------------------------------------------

    def try_to_sign_in(self, login: str, password: str = PASSWORD) -> None:
        self.go("/accounts/login/")
        self.type_in(login=login, password=password)
        self.page.locator("main form, form").filter(has=self.page.locator('[name="password"]')).first.get_by_role(
            "button", name="登录", exact=True
        ).click()
        self.page.wait_for_load_state()

    def sign_in(self, login: str, password: str = PASSWORD) -> Visitor:
        self.try_to_sign_in(login, password)
        expect(self.page).not_to_have_url(re.compile("/accounts/login/"))
        self.check()
        return self

    def sign_up(self, *, username: str, name: str, email: str) -> None:
        self.go("/accounts/signup/")
        self.type_in(
            name=name, username=username, email=email, phone="13900000001", password1=PASSWORD, password2=PASSWORD
        )
        self.put("privacy", True)
        self.press("注册，下一步")

    # --- a unit ---------------------------------------------------------------------------------

    def claim_unit(self, record: dict[str, Any]) -> None:
        self.sees("登记或加入单位")
        self.put("code", record["credit_code"])
        self.press("查找")
        for name, value in record.items():
            self.put(name, value)
        self.press("提交登记申请")
        self.sees("等待确认")

    def confirm_claim(self, unit: str) -> None:
        self.go("/registration/claims/")
        self.page.get_by_role("link", name=re.compile(unit)).first.click()
        self.page.wait_for_load_state()
        self.press("确认")
        self.sees("已确认")

    # --- a declaration --------------------------------------------------------------------------

    def begin(self) -> None:
        self.go("/declare/")
        self.press("开始申报")
        expect(self.page).to_have_url(re.compile(r"/form/"))

    def fill_in(self, typed: dict[str, dict[str, Any]], scan: Path) -> None:
        """The whole form, section by section in the order of the pages, then the materials."""
        for section in pilot_form.SECTIONS:
            if section.id in ("key", "public"):
                continue
            expect(self.page).to_have_url(re.compile(f"/form/{section.id}/"))
            self._fill_section(section, typed.get(section.id, {"fields": {}, "tables": {}}))
            self.press("保存并继续")
        self.sees("附件材料")
        for slot in pilot_form.SLOTS:
            if slot.required is True:
                self.upload_into(slot.id, scan)
        self.follow("继续")
        self.sees("各部分填写完整，必备材料齐全")

    def _fill_section(self, section: Section, typed: dict[str, Any]) -> None:
        for name, value in typed["fields"].items():
            field = self.page.locator(f'[name="f-{name}"]')
            if field.count() and field.first.is_enabled():
                self.put(f"f-{name}", value)
        for table, rows in typed["tables"].items():
            for row in rows:
                self._add_row(table, row)

    def _add_row(self, table: str, row: dict[str, Any]) -> None:
        rows = self.page.locator(f"#table-{table} li.p-row")
        count = rows.count()
        self.page.locator(f'button[value="add:{table}"]').click()
        expect(rows).to_have_count(count + 1)
        key = rows.nth(count).get_attribute("data-row-id")
        for name, value in row.items():
            self.put(f"t-{table}-{key}-{name}", value)

    def upload_into(self, slot: str, file: Path) -> None:
        """Puts a file into a slot of the materials."""
        place = self.page.locator(f"#slot-{slot}")
        place.locator('input[type="file"]').set_input_files(file)
        button = place.get_by_role("button", name=re.compile("^(上传|更换)$"))
        if button.count() and button.first.is_visible():
            button.first.click()
        self.page.wait_for_load_state()
        expect(self.page.locator(f"#slot-{slot} .p-file").first).to_be_visible()

    def submit(self) -> str:
        """Ticks and submits; gives the number the project got."""
        self.put("truthful", True)
        self.put("no_secrets", True)
        self.press("提交申报")
        self.sees("申报书已提交，项目编号")
        found = re.search(r"SD-\d{4}-\d{4}", self.page.locator("body").inner_text())
        assert found
        return found.group()

    # --- a dossier ------------------------------------------------------------------------------

    def open_dossier(self, title: str, path: str = "/desk/dossiers/") -> None:
        self.go(path)
        self.page.locator(".p-rows").get_by_role("link", name=title).first.click()
        self.page.wait_for_load_state()
        self.check()

    def take(self, step: str, scan: Path | None = None, **typed: Any) -> None:
        """Opens the page of a step and takes it."""
        self.open_step(step)
        for name, value in typed.items():
            self.put(name, value)
        if scan:
            self.page.locator('main input[type="file"], form input[type="file"]').first.set_input_files(scan)
        self.press(f"确认{step}")

    def open_step(self, step: str) -> None:
        link = self.page.locator(".p-actions a").filter(has_text=re.compile(f"^\\s*{step}"))
        if not any(item.is_visible() for item in link.all()):
            self.page.locator("summary", has_text="更多操作").click()
        next(item for item in link.all() if item.is_visible()).click()
        self.page.wait_for_load_state()
        self.check()

    def tab(self, name: str) -> None:
        """Opens a tab of the dossier's page."""
        self.page.locator(".p-tabs a", has_text=name).first.click()
        expect(self.page.locator(".p-tabs a.active")).to_contain_text(name)

    def state(self) -> str:
        """The state in the head of the dossier's page."""
        return self.page.locator("h1 .p-badge").first.inner_text().strip()

    def download(self, title: str, to: Path) -> Path:
        """Downloads a paper of the open tab once it is made."""
        row = self.page.locator("tr", has_text=title)
        link = row.get_by_role("link", name="下载")
        for _ in range(240):
            if link.count():
                break
            self.page.wait_for_timeout(500)
            if not self.scripts:
                self.page.reload()
        with self.page.expect_download() as got:
            link.first.click()
        file = to / got.value.suggested_filename
        got.value.save_as(file)
        return file

    # --- verification ---------------------------------------------------------------------------

    def verify(self, code: str) -> None:
        self.go("/verify/")
        self.put("code", code)
        self.press("核验")

    def compare(self, file: Path) -> None:
        self.go("/verify/")
        self.page.locator('input[type="file"]').set_input_files(file)
        self.press("比对")


def typed_for(pilot: Any, recommender: Body, **details: Any) -> dict[str, dict[str, Any]]:
    """What is typed into the form: the tests' complete data."""
    from tests.pilot_data import contents

    return contents(pilot, recommender, **details)


def scan_file(folder: Path, name: str = "盖章扫描件.pdf") -> Path:
    """A scan on the person's disk."""
    path = folder / name
    path.write_bytes(PDF)
    return path
