"""One slixmpp client that does what it is told: requests come as JSON, one a line, and so do answers and events."""

import asyncio
import json
import sys
from typing import Any

import slixmpp
from slixmpp.exceptions import IqError, PresenceError
from slixmpp.plugins.xep_0191.stanza import BlockItem

PLUGINS = [
    'xep_0004', 'xep_0030', 'xep_0045', 'xep_0050', 'xep_0059', 'xep_0066', 'xep_0077', 'xep_0085', 'xep_0092', 'xep_0106', 'xep_0199', 'xep_0203', 'xep_0249',
    'xep_0308', 'xep_0313', 'xep_0317', 'xep_0333', 'xep_0359', 'xep_0363', 'xep_0410', 'xep_0421', 'xep_0424', 'xep_0425',
    'xep_0444', 'xep_0461',
]

# What a list of contacts is shown by: more than that, these ask servers for cards by themselves.
PEOPLE = ['xep_0054', 'xep_0060', 'xep_0084', 'xep_0107', 'xep_0115', 'xep_0153', 'xep_0163', 'xep_0191']


def said(message: Any) -> dict[str, Any]:
    """What a message says, by the plug-ins' own reading of it."""
    facts = {
        'from': str(message['from']),
        'id': message['id'],
        'type': message['type'],
        'body': message['body'],
        'stanza_id': message['stanza_id']['id'],
        'occupant_id': message['occupant-id']['id'],
    }
    if message.get_plugin('replace', check=True):
        facts['replaces'] = message['replace']['id']
    if message.get_plugin('reactions', check=True):
        facts['reactions'] = sorted(message['reactions'].get_values())
        facts['reacts_to'] = message['reactions']['id']
    if message.get_plugin('reply', check=True):
        facts['answers'] = message['reply']['id']
    if message.get_plugin('retract', check=True):
        facts['retracts'] = message['retract']['id']
    if message.get_plugin('delay', check=True):
        facts['delayed'] = True
    if message['subject']:
        facts['subject'] = message['subject']
    return facts


class Agent(slixmpp.ClientXMPP):
    """A client with the plug-ins of rooms."""

    def __init__(self, jid: str, password: str, has_contacts: bool) -> None:
        super().__init__(jid, password)
        self.enable_plaintext = True
        self.enable_starttls = False
        self.enable_direct_tls = False
        self.plugin['feature_mechanisms'].unencrypted_plain = True
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        self.add_event_handler('message', lambda message: self.tell('message', said(message)))
        # Without a body these are no message for slixmpp.
        self.add_event_handler('reactions', lambda message: self.tell('message', said(message)))
        self.add_event_handler('groupchat_subject', lambda message: self.tell('message', said(message)))
        self.add_event_handler('groupchat_invite', self.invited)
        self.add_event_handler('groupchat_direct_invite', self.invited_directly)
        self.add_event_handler('groupchat_presence', self.presence)
        self.add_event_handler('presence_error', lambda stanza: self.tell('error', {'xml': str(stanza)}))

        if has_contacts:
            for plugin in PEOPLE:
                self.register_plugin(plugin)
            self.add_event_handler('changed_status', self.contact_status)
            self.add_event_handler('vcard_avatar_update', self.avatar)
            self.add_event_handler('avatar_metadata_publish', self.avatar_metadata)
            self.add_event_handler('user_mood_publish', self.mood)

    def contact_status(self, presence: Any) -> None:
        self.tell('contact', {'from': presence['from'].bare, 'show': presence['type'], 'status': presence['status']})

    def avatar(self, presence: Any) -> None:
        self.tell('avatar', {'from': presence['from'].bare, 'hash': presence['vcard_temp_update']['photo']})

    def avatar_metadata(self, message: Any) -> None:
        info = message['pubsub_event']['items']['item']['avatar_metadata']['items']
        self.tell('avatar metadata', {'from': message['from'].bare, 'ids': [one['id'] for one in info]})

    def mood(self, message: Any) -> None:
        mood = message['pubsub_event']['items']['item']['mood']
        self.tell('mood', {'from': message['from'].bare, 'mood': mood['value'], 'text': mood['text']})

    def tell(self, kind: str, fields: dict[str, Any]) -> None:
        print(json.dumps({'event': kind, **fields}), flush=True)

    def invited(self, message: Any) -> None:
        self.tell('invitation', {'room': str(message['from']), 'reason': message['muc']['invite']['reason']})

    def invited_directly(self, message: Any) -> None:
        self.tell('direct invitation', {'room': str(message['groupchat_invite']['jid'])})

    def presence(self, presence: Any) -> None:
        muc = presence['muc']
        codes = sorted(presence['muc']['status_codes'])
        self.tell('presence', {
            'from': str(presence['from']), 'type': presence['type'], 'affiliation': muc['affiliation'], 'role': muc['role'],
            'jid': str(muc['jid']), 'codes': codes, 'hats': sorted(hat['title'] for hat in presence['hats']),
        })

    # What can be asked for.

    async def do_join(self, room: str, nick: str, **options: Any) -> Any:
        own, subject, occupants, history = await self.plugin['xep_0045'].join_muc_wait(slixmpp.JID(room), nick, timeout=20, **options)
        return {
            'codes': sorted(own['muc']['status_codes']), 'affiliation': own['muc']['affiliation'], 'role': own['muc']['role'],
            'subject': subject['subject'], 'occupants': sorted(one['from'].resource for one in occupants),
            'history': [said(one) for one in history],
        }

    async def do_leave(self, room: str, nick: str) -> None:
        self.plugin['xep_0045'].leave_muc(slixmpp.JID(room), nick, 'good night')

    async def do_say(self, to: str, body: str, kind: str = 'groupchat') -> str:
        message = self.make_message(mto=to, mbody=body, mtype=kind)
        message['id'] = self.new_id()
        message.send()
        return message['id']

    async def do_correct(self, to: str, id: str, body: str) -> None:
        self.plugin['xep_0308'].build_correction(id, slixmpp.JID(to), mtype='groupchat', mbody=body).send()

    async def do_react(self, to: str, id: str, reactions: list[str]) -> None:
        message = self.make_message(mto=to, mtype='groupchat')
        self.plugin['xep_0444'].set_reactions(message, id, reactions)
        message.send()

    async def do_reply(self, to: str, author: str, id: str, body: str) -> None:
        message = self.plugin['xep_0461'].make_reply(author, id, mto=to, mtype='groupchat', mbody=body)
        message.send()

    async def do_retract(self, to: str, id: str) -> None:
        self.plugin['xep_0424'].send_retraction(slixmpp.JID(to), id, mtype='groupchat')

    async def do_archive(self, room: str, page: int, **options: Any) -> Any:
        found = self.plugin['xep_0313'].iterate(jid=slixmpp.JID(room), rsm={'max': page}, **options)
        return [said(one['mam_result']['forwarded']['stanza']) async for one in found]

    async def do_archive_metadata(self, room: str) -> Any:
        answer = await self.plugin['xep_0313'].get_archive_metadata(slixmpp.JID(room))
        return {'start': answer['mam_metadata']['start']['id'], 'end': answer['mam_metadata']['end']['id']}

    async def do_form(self, room: str) -> Any:
        form = await self.plugin['xep_0045'].get_room_config(room)
        return form.get_values()

    async def do_configure(self, room: str, values: dict[str, Any]) -> None:
        form = await self.plugin['xep_0045'].get_room_config(room)
        form.reply()
        form.set_values(values)
        await self.plugin['xep_0045'].set_room_config(room, form)

    async def do_affiliate(self, room: str, affiliation: str, **who: str) -> None:
        await self.plugin['xep_0045'].set_affiliation(room, affiliation, **who)

    async def do_affiliated(self, room: str, affiliation: str) -> Any:
        return sorted(str(jid) for jid in await self.plugin['xep_0045'].get_affiliation_list(room, affiliation))

    async def do_role(self, room: str, nick: str, role: str) -> None:
        await self.plugin['xep_0045'].set_role(room, nick, role)

    async def do_invite(self, room: str, jid: str, reason: str) -> None:
        self.plugin['xep_0045'].invite(room, jid, reason)

    async def do_subject(self, room: str, subject: str) -> None:
        self.plugin['xep_0045'].set_subject(room, subject)

    async def do_nick(self, room: str, nick: str) -> str:
        return await self.plugin['xep_0045'].set_self_nick(slixmpp.JID(room), nick, timeout=20)

    async def do_self_ping(self, occupant: str) -> str:
        return (await self.plugin['xep_0410'].send_self_ping(slixmpp.JID(occupant), timeout=20)).name

    async def do_features(self, jid: str) -> Any:
        return sorted((await self.plugin['xep_0030'].get_info(slixmpp.JID(jid)))['disco_info']['features'])

    async def do_items(self, jid: str) -> Any:
        return sorted(str(one[0]) for one in (await self.plugin['xep_0030'].get_items(slixmpp.JID(jid)))['disco_items']['items'])

    async def do_add(self, jid: str) -> None:
        """A contact; slixmpp answers the request that comes back by itself."""
        await self.get_roster()
        self.send_presence_subscription(pto=jid, ptype='subscribe')

    async def do_roster(self) -> Any:
        await self.get_roster()
        return {jid: self.client_roster[jid]['subscription'] for jid in self.client_roster.keys() if '!' in jid}

    async def do_card(self, jid: str) -> Any:
        card = (await self['xep_0054'].get_vcard(slixmpp.JID(jid), cached=False))['vcard_temp']
        return {'name': card['FN'], 'nicknames': card['NICKNAME'], 'description': card['DESC'], 'octets': len(card['PHOTO']['BINVAL'])}

    async def do_set_card(self, name: str) -> None:
        card = self['xep_0054'].make_vcard()
        card['FN'] = name
        await self['xep_0054'].publish_vcard(card)

    async def do_avatar(self, jid: str, id: str) -> Any:
        answer = await self['xep_0084'].retrieve_avatar(slixmpp.JID(jid), id)
        return len(answer['pubsub']['items']['item']['avatar_data']['value'])

    async def do_block(self, at: str, jid: str, to_block: bool) -> Any:
        name = 'block' if to_block else 'unblock'
        # The plug-in itself asks nobody but the own server.
        iq = self.make_iq_set(ito=at)
        BlockItem(parent=iq[name])['jid'] = jid
        await iq.send()
        iq = self.make_iq_get(ito=at)
        iq.enable('blocklist')
        return sorted(str(one['jid']) for one in (await iq.send())['blocklist'])

    async def do_commands(self, to: str) -> Any:
        listed = await self['xep_0050'].get_commands(jid=to)
        return sorted(item[1] for item in listed['disco_items']['items'])

    async def do_command(self, to: str, node: str, forms: list[dict[str, Any]]) -> Any:
        """A command with the answers to its forms, one after the other."""
        commands = self['xep_0050']
        step = await commands.send_command(to, node, action='execute')
        for values in forms:
            form = step['command']['form']
            form.reply()
            form.set_values(values)
            step = await commands.send_command(
                to, node, action='complete', payload=form, sessionid=step['command']['sessionid'],
            )
        notes = step['command']['notes']
        return {'status': step['command']['status'], 'note': notes[0][1] if notes else None}

    async def do_registration(self, to: str) -> Any:
        form = await self['xep_0077'].get_registration(jid=to)
        return {'registered': form['register']['registered'], 'fields': sorted(form['register']['fields'])}

    async def do_register(self, to: str, nick: str) -> None:
        iq = self.make_iq_set(ito=to)
        iq['register']['nick'] = nick
        await iq.send()

    async def do_unregister(self, to: str) -> None:
        await self['xep_0077'].cancel_registration(jid=to)

    async def do_version(self, jid: str) -> Any:
        return (await self.plugin['xep_0092'].get_version(slixmpp.JID(jid)))['software_version']['name']

    async def do_upload(self, path: str) -> str:
        return await self.plugin['xep_0363'].upload_file(path, timeout=20)

    async def do_share(self, to: str, url: str) -> None:
        message = self.make_message(mto=to, mbody=url, mtype='groupchat')
        message['oob']['url'] = url
        message.send()


async def answered(agent: Agent, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return {'result': await getattr(agent, f"do_{request['do']}")(**request['with'])}
    except (IqError, PresenceError) as error:
        return {'error': error.condition, 'text': error.text}
    except Exception as error:  # What slixmpp stumbles over is for the test to tell.
        return {'error': type(error).__name__, 'text': str(error)}


async def main(jid: str, password: str, host: str, port: str, *options: str) -> None:
    agent = Agent(jid, password, 'contacts' in options)
    started = agent.wait_until('session_start')
    agent.connect(host, int(port))
    await started
    agent.send_presence()
    agent.tell('ready', {'jid': str(agent.boundjid)})
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        request = json.loads(line)
        print(json.dumps({'answer': request['number'], **await answered(agent, request)}), flush=True)
    await agent.disconnect()


asyncio.run(main(*sys.argv[1:]))
