import { type Element, StanzaError } from '../../component/stanza.js';
import { defaultErrorType } from '../../component/stanza-error.js';
import { isAffiliation, isRole, type RoleAndAffiliation } from '../../mapping/affiliation.js';
import { Namespace } from '../../mapping/namespaces.js';
import { type Denial, denialOf, mayAsk } from '../../mapping/privileges.js';
import { type AdminItem, adminItems, roleList } from '../../mapping/room-admin.js';
import { Deeds } from '../affiliations/deeds.js';
import { standingIn as actorOf } from '../affiliations/standing.js';
import { AffiliationLists } from '../affiliations/lists.js';
import type { Person, Place } from '../affiliations/people.js';
import type { Occupant } from '../channels/occupants.js';
import { type Feature, inRoomOrAbsent } from '../feature.js';
import { multiUserChat } from '../spec.js';
import type { FeatureParts } from './parts.js';
import { type Text, text } from '../../text/text.js';

/** A change of which is certain that it may be made. */
interface Change {
  readonly item: AdminItem;
  readonly occupant: Occupant | undefined;
  readonly person: Person | undefined;
}

/**
 * Roles and affiliations, shown and set. Affiliations are of people: Jabber accounts, present or not, and SILC users by their keys.
 * Rights are checked before it is asked who is meant, and all of a request before any of it is done; an answer comes when the SILC
 * server has answered.
 */
export function mucAdmin({ context, people }: FeatureParts): Feature {
  const deeds = new Deeds(people);
  const lists = new AffiliationLists(context, people);

  function list(place: Place, query: Element): Element | Promise<Element> {
    const { affiliation, role } = query.getChild('item')?.attrs ?? {};
    const actor = actorOf(place);
    if (isAffiliation(affiliation)) {
      if (!mayAsk(actor, { affiliation: 'none' })) throw noRights();
      return lists.list(place, affiliation);
    }
    if (!isRole(role)) throw badRequest(text(({ rooms }) => rooms.neitherRoleNorAffiliation));
    // Who is not there has no role; the lists of the room are the admins' all the same.
    if (actor.role !== 'moderator' && !mayAsk(actor, { affiliation: 'none' })) throw noRights();
    const occupants = [...place.channel.occupants.values()].filter((occupant) => occupant.role === role);
    return roleList(occupants);
  }

  async function set(place: Place, items: readonly AdminItem[]): Promise<void> {
    const actor = actorOf(place);
    if (!items.every((item) => mayAsk(actor, item))) throw noRights();
    const changes: Change[] = [];
    for (const item of items) changes.push(await check(place, item));
    checkOwnersRemain(place, changes);
    for (const change of changes) await carryOut(place, change);
  }

  /** Finds whom an item means, and whether it may be done to that one. */
  async function check(place: Place, item: AdminItem): Promise<Change> {
    if (item.nick === undefined && item.jid === undefined)
      throw badRequest(text(({ rooms }) => rooms.itemOfNobody));
    const occupant = people.occupant(place, item);
    if (item.role !== undefined && occupant === undefined) {
      throw new StanzaError(
        'cancel',
        'item-not-found',
        text(({ rooms }) => rooms.noSuchOccupant),
      );
    }
    if (occupant !== undefined) checkTarget(place, item, occupant, occupant);
    if (item.affiliation === undefined) return { item, occupant, person: undefined };
    const person = await people.find(place, item, item.affiliation);
    const target = person.occupants[0];
    checkTarget(place, item, target, { ...(target ?? absent), affiliation: affiliationOf(place, person) });
    return { item, occupant, person };
  }

  function checkTarget(
    place: Place,
    item: AdminItem,
    target: Occupant | undefined,
    standing: RoleAndAffiliation,
  ): void {
    const { room } = place;
    const isSelf = target !== undefined && target.clientId === room.self?.clientId;
    const denial = denialOf(actorOf(place), standing, item, isSelf);
    if (denial !== undefined) throw new StanzaError(defaultErrorType(denial), denial, denialTexts[denial]);
  }

  function affiliationOf({ channel }: Place, person: Person): RoleAndAffiliation['affiliation'] {
    if (person.account !== undefined && person.account === channel.rights.founder) return 'owner';
    return channel.affiliations.of(person)?.affiliation ?? person.occupants[0]?.affiliation ?? 'none';
  }

  /** Somebody of those who own a channel remains its owner. */
  function checkOwnersRemain(place: Place, changes: readonly Change[]): void {
    const { channel } = place;
    const owners = new Set<string>(channel.ownership.accounts());
    for (const occupant of channel.occupants.values()) {
      if (occupant.affiliation === 'owner') owners.add(nameOf(channel.memberOf(occupant)?.user, occupant));
    }
    const before = owners.size;
    for (const { item, person } of changes) {
      if (person === undefined) continue;
      const name = nameOf(person.account, person.occupants[0]);
      if (item.affiliation === 'owner') owners.add(name);
      else owners.delete(name);
    }
    if (owners.size > 0 || before === 0) return;
    throw new StanzaError(
      'cancel',
      'conflict',
      text(({ rooms }) => rooms.noOwnerLeft),
    );
  }

  async function carryOut(place: Place, { item, occupant, person }: Change): Promise<void> {
    const { role, affiliation, reason } = item;
    const deed = { actor: place.room.self, reason };
    if (affiliation !== undefined && person !== undefined) {
      await deeds.setAffiliation(place, person, affiliation, deed);
    }
    if (role !== undefined && occupant !== undefined) await deeds.setRole(place, occupant, role, deed);
  }

  return {
    name: 'roles and affiliations',
    specs: [
      multiUserChat(
        '8 to 10: roles and affiliations, shown and set',
        [Namespace.mucAdmin],
        'voice in a moderated room; SILC users as owners',
      ),
    ],
    start: async () => {
      await context.store.roomRecords.expire(new Date(Date.now() - KEEP_UNUSED_MS));
    },
    iq: [
      { type: 'get', xmlns: Namespace.mucAdmin, ...inRoomOrAbsent('operator', list) },
      {
        type: 'set',
        xmlns: Namespace.mucAdmin,
        errors: 'role',
        ...inRoomOrAbsent('self', async (request, query: Element): Promise<undefined> => {
          const items = adminItems(query);
          if (items === undefined) throw badRequest(text(({ rooms }) => rooms.badItem));
          await set(request, items);
        }),
      },
    ],
  };
}

/** What was kept of a room that nobody of the gateway has been in for so long is forgotten. */
const KEEP_UNUSED_MS = 180 * 86_400_000;

const absent: RoleAndAffiliation = { role: 'none', affiliation: 'none' };

const nameOf = (account: string | undefined, occupant: Occupant | undefined): string =>
  account ?? occupant?.fingerprint ?? occupant?.clientId ?? '';

const denialTexts: Readonly<Record<Denial, Text>> = {
  forbidden: text(({ rooms }) => rooms.noRightsInRoom),
  'not-allowed': text(({ rooms }) => rooms.notBelowYours),
  conflict: text(({ rooms }) => rooms.notYourself),
};

const noRights = (): StanzaError => new StanzaError('auth', 'forbidden', denialTexts.forbidden);

const badRequest = (said: Text): StanzaError => new StanzaError('modify', 'bad-request', said);
