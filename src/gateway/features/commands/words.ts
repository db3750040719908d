import type { Jid } from '../../../component/jid.js';
import { StanzaError, xml } from '../../../component/stanza.js';
import { checkValues, type FormField } from '../../../mapping/data-form.js';
import { contentOf } from '../../../mapping/message.js';
import { splitWords } from '../../../mapping/words.js';
import { LruMap } from '../../../util/lru-map.js';
import { type Rate, TokenBucket } from '../../../util/token-bucket.js';
import type { Command, CommandCall, CommandStep } from '../../commands/command.js';
import { addressedTo, type Feature, type Request } from '../../feature.js';
import { isMissed } from '../message-rules.js';
import type { FeatureParts } from '../parts.js';
import { type AnyText, joinTexts, type Text, text, textIn } from '../../../text/text.js';

const HELP = 'help';
/** Forms that one line can fill in: no command has more. */
const MAX_STEPS = 5;
/** Answers to one user (bare JID); two services that answer each other would not end otherwise. */
const RATE: Rate = { burst: 20, perSecond: 0.5 };
const MAX_USERS = 10_000;

/** The same commands in words, for clients without forms: `help`, or a command and the values of its fields in their order. */
export function commandWords({ context }: FeatureParts, commands: () => readonly Command[]): Feature {
  const answers = new LruMap<string, TokenBucket>(MAX_USERS);

  /** @throws StanzaError */
  function checkSender(from: Jid): void {
    // A server or another gateway is nobody who could read the answer.
    if (!from.bare.includes('@')) throw new StanzaError('cancel', 'service-unavailable');
    const bucket = answers.get(from.bare) ?? new TokenBucket(RATE);
    answers.set(from.bare, bucket);
    if (!bucket.take())
      throw new StanzaError(
        'wait',
        'policy-violation',
        text(({ commands }) => commands.tooMuchWritten),
      );
  }

  async function say(request: Request<'gateway'>): Promise<void> {
    const { stanza, from, to, signal } = request;
    checkSender(from);
    const [name = '', ...words] = splitWords(contentOf(stanza)?.text ?? '');
    const call: CommandCall = { from, to, signal };
    const said = await answer(call, name.toLowerCase(), words);
    const { type, id } = stanza.attrs;
    context.send(
      xml(
        'message',
        { from: to.jid, to: from.full, type: type === 'chat' ? 'chat' : 'normal', id: id && `answer-${id}` },
        xml('body', {}, said),
      ),
    );
  }

  async function answer(call: CommandCall, name: string, words: readonly string[]): Promise<AnyText> {
    const offered = commands().filter((command) => command.at.includes('gateway') && command.isOffered(call));
    const asked = name === HELP ? offered.find((one) => one.name === words[0]?.toLowerCase()) : undefined;
    if (asked !== undefined) return helpAbout(asked);
    if (name === HELP || name === '') return help(offered);
    const command = offered.find((one) => one.name === name);
    if (command === undefined) return text((all) => all.commands.unknownWord(name, HELP));
    return carryOut(call, command, words);
  }

  async function carryOut(call: CommandCall, command: Command, words: readonly string[]): Promise<AnyText> {
    const left = [...words];
    if (command.isFormOnly === true) return text((all) => all.asking.formOnly);
    try {
      let step: CommandStep = await (command.inWords?.(call, words) ?? command.begin(call));
      for (let count = 0; step.kind === 'form' && count < MAX_STEPS; count++) {
        // What is secret belongs in no conversation.
        const fields = step.form.fields.filter(({ type }) => type !== 'text-private');
        if (step.form.fields.some(({ type, isRequired }) => type === 'text-private' && isRequired === true)) {
          return text((all) => all.asking.formOnly);
        }
        const given = new Map(
          fields.flatMap(({ name }) => {
            const word = left.shift();
            return word === undefined ? [] : [[name, word] as const];
          }),
        );
        const values = checkValues(given, fields);
        if (values.kind !== 'values')
          return usage(command, fields, values.kind === 'bad' ? values.reason : '');
        step = await step.next(values.values, call);
      }
      return step.kind === 'done' ? step.text : text((all) => all.commands.needsForm);
    } catch (error) {
      if (error instanceof StanzaError && error.text !== '') return error.anyText;
      throw error;
    }
  }

  return {
    name: 'commands in words',
    specs: [
      {
        rfc: 6121,
        title: 'XMPP: Instant Messaging and Presence',
        part: '5: messages to the gateway, which are commands in words',
      },
    ],
    message: [{ matches: isMissed, ...addressedTo(['gateway'], say) }],
  };
}

const help = (commands: readonly Command[]): AnyText => {
  const item = (name: string, title: AnyText): Text =>
    text((words, language) => words.commands.helpItem(name, textIn(language, title)));
  return joinTexts(
    [
      text((words) => words.commands.helpHead),
      ...commands.map(({ name, title }) => item(name, title)),
      item(
        HELP,
        text((words) => words.commands.helpTitle),
      ),
    ],
    '\n',
  );
};

const helpAbout = ({ name, title, details, isFormOnly }: Command): AnyText =>
  joinTexts(
    [
      text((words, language) => words.commands.helpItem(name, textIn(language, title))),
      ...(details === undefined ? [] : [details]),
      ...(isFormOnly === true ? [text((words) => words.asking.formOnly)] : []),
    ],
    '\n',
  );

function usage({ name }: Command, fields: readonly FormField[], reason: AnyText): AnyText {
  const words = fields.map((field) => {
    const values = field.options?.map(({ value }) => value).join('|') ?? field.name;
    return field.isRequired === true ? `<${values}>` : `[${values}]`;
  });
  return text((all, language) => all.commands.usage(textIn(language, reason), [name, ...words].join(' ')));
}
