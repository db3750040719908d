"""Starts a gajim on this session bus and display, and drives it: requests come as JSON, one a line, and so do answers.

Buttons are pressed and texts are read by the accessibility interface, dialogs are opened by the actions that gajim has on the bus.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import gi

gi.require_version('Atspi', '2.0')
gi.require_version('Gdk', '3.0')
from gi.repository import Atspi, Gdk, Gio, GLib  # noqa: E402

NAME = 'org.gajim.Gajim'
TIMEOUT_S = 20

Atspi.init()
bus = Gio.bus_get_sync(Gio.BusType.SESSION)


def nodes(node: Any, limit: int = 5000) -> Iterator[Any]:
    """What is on the screen, in order."""
    todo = [node]
    while todo and limit > 0:
        limit -= 1
        one = todo.pop()
        if one is None:
            continue
        todo += [one.get_child_at_index(i) for i in reversed(range(one.get_child_count()))]
        if one.get_state_set().contains(Atspi.StateType.SHOWING):
            yield one


def text_of(node: Any) -> str:
    return '' if node.get_text_iface() is None else Atspi.Text.get_text(node, 0, -1)


def screen() -> list[Any]:
    desktop = Atspi.get_desktop(0)
    return [one for i in range(desktop.get_child_count()) for one in nodes(desktop.get_child_at_index(i))]


def matches(node: Any, wanted: dict[str, Any]) -> bool:
    if 'role' in wanted and node.get_role_name() != wanted['role']:
        return False
    if 'name' in wanted and node.get_name() != wanted['name']:
        return False
    if 'shows' in wanted and wanted['shows'] not in f'{node.get_name()}\n{text_of(node)}':
        return False
    return not wanted.get('enabled') or node.get_state_set().contains(Atspi.StateType.SENSITIVE)


def find(wanted: dict[str, Any]) -> Any:
    """The last one that matches: what was opened last comes last. It is looked at again until there is one."""
    end = time.monotonic() + TIMEOUT_S
    while True:
        try:
            found = [one for one in screen() if matches(one, wanted)]
            if found:
                return found[-1]
        except GLib.Error:
            pass  # It changed while it was looked at.
        if time.monotonic() > end:
            raise TimeoutError(f'gajim does not show {wanted}')
        time.sleep(0.05)


def start(request: dict[str, Any]) -> None:
    """With one account, as the assistant for accounts would leave it."""
    folder = os.path.join(os.environ['XDG_CONFIG_HOME'], 'gajim')
    os.makedirs(folder)
    account = {
        **{'name': request['user'], 'address': f"{request['user']}@{request['domain']}", 'hostname': request['domain']},
        **{'account_label': 'Jabber', 'active': True, 'autoconnect': True, 'savepass': True, 'password': request['password']},
        **{'use_custom_host': True, 'custom_host': request['host'], 'custom_port': request['port'], 'custom_type': 'PLAIN'},
        **{'use_plain_connection': True, 'confirm_unencrypted_connection': False},
    }
    app = {
        **{'use_keyring': False, 'check_for_update': False, 'trayicon': 'never', 'show_notifications': False},
        **{'mainwin_width': 1000, 'mainwin_height': 640, 'mainwin_x_position': 0, 'mainwin_y_position': 0},
    }
    settings = {'app': app, 'soundevents': {}, 'status_presets': {}, 'proxies': {}, 'plugins': {}}
    settings['workspaces'] = {'11111111-1111-4111-8111-111111111111': {}}
    database = sqlite3.connect(os.path.join(folder, 'settings.sqlite'))
    database.execute('CREATE TABLE settings (name TEXT UNIQUE, settings TEXT)')
    database.execute('CREATE TABLE account_settings (account TEXT UNIQUE, settings TEXT)')
    database.execute('PRAGMA user_version=5')
    for name, value in settings.items():
        database.execute('INSERT INTO settings VALUES (?, ?)', (name, json.dumps(value)))
    nested = {'account': account, 'contact': {}, 'group_chat': {}}
    database.execute('INSERT INTO account_settings VALUES (?, ?)', (request['user'], json.dumps(nested)))
    database.commit()
    database.close()
    with open('gajim.log', 'w') as log:
        subprocess.Popen(['/usr/bin/gajim', '--verbose'], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    # What it can do online only.
    await_action('/org/gajim/Gajim', f"{request['user']}-execute-command")


def call(path: str, method: str, arguments: GLib.Variant) -> Any:
    flags = Gio.DBusCallFlags.NO_AUTO_START
    return bus.call_sync(NAME, path, 'org.gtk.Actions', method, arguments, None, flags, 10_000, None)


def is_enabled(path: str, name: str) -> bool:
    try:
        return bool(call(path, 'Describe', GLib.Variant('(s)', (name,))).unpack()[0][0])
    except GLib.Error:
        return False


def await_action(path: str, name: str) -> None:
    end = time.monotonic() + TIMEOUT_S
    while not is_enabled(path, name):
        if time.monotonic() > end:
            raise TimeoutError(f'gajim does not enable {name}')
        time.sleep(0.05)


def action(request: dict[str, Any]) -> None:
    """An action of the application, or with `window` of its window, as soon as it can be done."""
    path = '/org/gajim/Gajim' + ('/window/1' if request.get('window') else '')
    name, parameter = request['action'], request.get('parameter')
    await_action(path, name)
    value = [] if parameter is None else [GLib.Variant('as' if isinstance(parameter, list) else 's', parameter)]
    call(path, 'Activate', GLib.Variant('(sava{sv})', (name, value, {})))


def add_contact(request: dict[str, Any]) -> None:
    """Asks what is behind an address.

    nbxmpp 4.2 looks for answers that are overdue once a second as long as any question with a deadline is open. Of a question
    that is asked while it does so it keeps the seconds that it may take, not when it is due, and takes it for overdue at the
    next look: an answer that comes after that is one to nobody.
    """
    end = time.monotonic() + TIMEOUT_S
    while watches_deadlines():
        if time.monotonic() > end:
            raise TimeoutError('gajim does not end its check of deadlines')
        time.sleep(0.05)
    action({'action': 'add-contact', 'parameter': request['address']})
    press({'role': 'push button', 'name': 'Next'})


def watches_deadlines() -> bool:
    with open('gajim.log', encoding='utf8', errors='replace') as log:
        told = [line for line in log if 'nbxmpp.dispatcher' in line and 'timeout check' in line]
    return bool(told) and 'Remove timeout check' not in told[-1]


def press(request: dict[str, Any]) -> None:
    find({**request, 'enabled': True}).do_action(0)


def select(request: dict[str, Any]) -> None:
    """The row of a table that has such a cell."""
    cell = find(request)
    table = cell.get_parent()
    Atspi.Table.add_row_selection(table, Atspi.Table.get_row_at_index(table, cell.get_index_in_parent()))


def click(request: dict[str, Any]) -> None:
    """With the mouse, or its wheel: some lists do nothing when a row is only selected."""
    event = request.pop('event', 'b1c')
    area = find(request).get_extents(Atspi.CoordType.SCREEN)
    Atspi.generate_mouse_event(area.x + area.width // 2, area.y + area.height // 2, event)


def write(request: dict[str, Any]) -> None:
    text = request.pop('text')
    Atspi.EditableText.set_text_contents(find(request), text)


def fill(request: dict[str, Any]) -> None:
    """The fields for text of the form that was opened last, one after the other."""
    frames = [one for one in screen() if one.get_role_name() in ('frame', 'dialog') and one.get_name() != 'Gajim']
    if not frames:
        return
    texts = [one for one in nodes(frames[-1]) if one.get_state_set().contains(Atspi.StateType.EDITABLE)]
    texts.sort(key=lambda one: one.get_extents(Atspi.CoordType.SCREEN).y)
    for node, text in zip(texts, request['texts']):
        Atspi.EditableText.set_text_contents(node, text)


def press_any(request: dict[str, Any]) -> list[str]:
    """The first of these buttons that is there and can be pressed."""
    for one in reversed(screen()):
        if one.get_role_name() == 'push button' and one.get_name() in request['names']:
            if one.get_state_set().contains(Atspi.StateType.SENSITIVE):
                name = one.get_name()
                one.do_action(0)
                return [name]
    return []


def picture(request: dict[str, Any]) -> None:
    root = Gdk.get_default_root_window()
    Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height()).savev(request['file'], 'png', [], [])


def paints(request: dict[str, Any]) -> None:
    """Waits until a colour fills some of the screen. Gajim asks for pictures one after the other, with pauses."""
    wanted, end = bytes(request['colour']), time.monotonic() + 3 * TIMEOUT_S
    root = Gdk.get_default_root_window()
    while True:
        shown = Gdk.pixbuf_get_from_window(root, 0, 0, root.get_width(), root.get_height())
        octets, each = shown.get_pixels(), shown.get_n_channels()
        pixels = sum(octets[at : at + 3] == wanted for at in range(0, len(octets) - 2, each))
        if pixels >= request['pixels']:
            return
        if time.monotonic() > end:
            raise TimeoutError(f'gajim paints {pixels} pixels of {request}')
        time.sleep(0.2)


def tree(_request: dict[str, Any]) -> list[str]:
    lines = [f'{one.get_role_name()} {one.get_name()!r} {text_of(one)!r}' for one in screen()]
    return [line for line in lines if not line.endswith(" '' ''")]


ACTIONS = {'start': start, 'action': action, 'add_contact': add_contact, 'press': press, 'select': select, 'click': click, 'write': write, 'fill': fill, 'press_any': press_any, 'shows': find, 'paints': paints, 'picture': picture, 'tree': tree}

for line in sys.stdin:
    request = json.loads(line)
    number = request.pop('number')
    try:
        result = ACTIONS[request.pop('do')](request)
        answer = {'answer': number, 'result': result if isinstance(result, list) else None}
    except Exception as error:  # noqa: BLE001
        answer = {'answer': number, 'error': f'{type(error).__name__}: {error}'}
    print(json.dumps(answer), flush=True)
