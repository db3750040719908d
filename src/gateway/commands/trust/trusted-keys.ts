import { StanzaError } from '../../../component/stanza.js';
import { isFingerprint, keyText } from '../../../mapping/contact-key.js';
import type { KeyStanding, StoredContactKey } from '../../../store/user-types.js';
import { type AnyText, joinTexts, type Text, text } from '../../../text/text.js';
import { contactName } from '../../trust/conversation-keys.js';
import { MAX_CONTACTS } from '../../trust/key-trust.js';
import { ask, contactField, userAddress, value } from '../ask.js';
import { type Command, type CommandCall, type CommandStep, done } from '../command.js';
import type { TrustParts } from './parts.js';

const STANDINGS: readonly KeyStanding[] = ['heard', 'written', 'verified'];
/** Of keys as text. */
const HEAD = '# address fingerprint standing';

/** A user sees, exports, imports and forgets the keys of contacts. */
export function trustedKeys({ context, changed }: TrustParts): Command {
  const { trust, addressing } = context;

  const addressOf = ({ network, contact }: StoredContactKey): string => {
    const [nickname = '', qualifier] = contact.split('*', 2);
    return addressing.userToJid(network, nickname, qualifier);
  };

  async function show({ from }: CommandCall): Promise<CommandStep> {
    const keys = await trust.of(from.bare);
    if (keys.length === 0) return done(text((words) => words.trust.empty));
    const rows = keys.map((key): readonly AnyText[] => [
      ...[addressOf(key), keyText(key.fingerprint)],
      text((words) => words.trust[key.standing]),
    ]);
    const lines = rows.map((row) => joinTexts(row, ' – '));
    return {
      ...done(joinTexts(lines, '\n')),
      result: {
        title: text((words) => words.trust.listForm),
        columns: [
          { name: 'address', label: text((words) => words.trust.address) },
          { name: 'fingerprint', label: text((words) => words.trust.fingerprint) },
          { name: 'standing', label: text((words) => words.trust.standing) },
        ],
        rows,
      },
    };
  }

  async function exported({ from }: CommandCall): Promise<CommandStep> {
    const keys = await trust.of(from.bare);
    const lines = [HEAD, ...keys.map((key) => `${addressOf(key)} ${key.fingerprint} ${key.standing}`)];
    const fields = [
      { name: 'keys', label: text((words) => words.trust.keys), type: 'text-multi', values: lines },
    ] as const;
    return { ...done(lines.join('\n')), result: { title: text((words) => words.trust.listForm), fields } };
  }

  async function taken(typed: string, { from }: CommandCall): Promise<CommandStep> {
    const keys = typed.split(/\r?\n/).flatMap((line, i) => {
      const [address = '', fingerprint = '', standing = 'written'] = line.trim().split(/\s+/);
      if (address === '' || address.startsWith('#')) return [];
      const known = STANDINGS.find((one) => one === standing);
      if (!isFingerprint(fingerprint) || known === undefined) {
        const refusal = text((words) => words.trust.badLine(String(i + 1), STANDINGS.join(', ')));
        throw new StanzaError('modify', 'not-acceptable', refusal);
      }
      const name = contactName(from.bare, userAddress(addressing, address));
      return [{ name, fingerprint: fingerprint.toLowerCase(), standing: known }];
    });
    if (keys.length > MAX_CONTACTS) {
      throw new StanzaError(
        'modify',
        'not-acceptable',
        text((words) => words.trust.tooManyLines(String(MAX_CONTACTS))),
      );
    }
    for (const { name, fingerprint, standing } of keys) await trust.set(name, fingerprint, standing);
    for (const network of new Set(keys.map(({ name }) => name.network))) changed(from.bare, network);
    return done(text((words) => words.trust.imported(String(keys.length))));
  }

  async function forget(typed: string, { from }: CommandCall): Promise<CommandStep> {
    const address = userAddress(addressing, typed);
    const wasKnown = await trust.forget(contactName(from.bare, address));
    changed(from.bare, address.network);
    if (wasKnown) return done(text((words) => words.trust.forgotten(address.jid)));
    throw new StanzaError(
      'cancel',
      'item-not-found',
      text((words) => words.trust.noneKnown(address.jid)),
    );
  }

  const typing = (title: Text, name: string, label: AnyText, deed: typeof taken): CommandStep => {
    const type = name === 'keys' ? 'text-multi' : 'text-single';
    return ask({ title, fields: [{ name, type, label, isRequired: true }] }, (values, call) =>
      deed(value(values, name), call),
    );
  };

  return {
    name: 'trusted-keys',
    title: text((words) => words.trust.listTitle),
    details: text((words) => words.trust.listDetails),
    at: ['gateway'],
    isOffered: () => true,
    begin: () =>
      ask(
        {
          title: text((words) => words.trust.listForm),
          fields: [
            {
              ...({ name: 'what', type: 'list-single', value: 'list', isRequired: true } as const),
              label: text((words) => words.trust.what),
              options: [
                { value: 'list', label: text((words) => words.trust.list) },
                { value: 'export', label: text((words) => words.trust.export) },
                { value: 'import', label: text((words) => words.trust.import) },
                { value: 'forget', label: text((words) => words.trust.forget) },
              ],
            },
          ],
        },
        (values, call) => {
          const what = values.get('what');
          if (what === 'export') return exported(call);
          if (what === 'import') return typing(importing, 'keys', importLines, taken);
          if (what === 'forget') return typing(forgetting, 'contact', contactField.label, forget);
          return show(call);
        },
        { hasMore: true },
      ),
  };
}

const importing = text((words) => words.trust.importForm);
const importLines = text((words) => words.trust.importLines);
const forgetting = text((words) => words.trust.forgetForm);
