import { attributeFields, attributeRows, attributeText } from '../attributes.js';
import { LineError, UsageError } from '../item.js';
import { type Command, line, type LineContext } from './command.js';
import { choice, several, word } from './parameters.js';

const names = [...attributeRows.keys()];

/** Sets what there is of an attribute; nothing takes it away. */
function change(context: LineContext, type: number, fresh: LineContext['own']['attributes']): void {
  const { own, session } = context;
  const attributes = [...own.attributes.filter((attribute) => attribute.type !== type), ...fresh];
  session.setAttributes(attributes.length === 0 ? undefined : attributes);
  own.attributes = attributes;
}

function show({ own, printer }: LineContext): void {
  printer.print({
    type: 'attributes',
    fields: { attributes: own.attributes.map(attributeFields) },
    lines: own.attributes.length === 0 ? ['you tell nothing of yourself'] : own.attributes.map(attributeText),
  });
}

const set = line('attr set')
  .takes(choice(names, 'NAME'))
  .takes(several(word('VALUE', 'path')))
  .does(
    'tell something of yourself to whoever asks; /attr names lists what',
    async (context, name, words) => {
      const row = attributeRows.get(name);
      if (row === undefined || words.length === 0) throw new UsageError(row && `${name} needs ${row.usage}`);
      change(context, row.type, [{ type: row.type, value: await row.parse(words) }]);
    },
  );

const del = line('attr del')
  .takes(choice(names, 'NAME'))
  .does('do not tell it any more', (context, name) => {
    const type = attributeRows.get(name)?.type;
    const there = context.own.attributes.some((attribute) => attribute.type === type);
    if (type === undefined || !there) throw new LineError(`${name} is not set`);
    change(context, type, []);
  });

const known = line('attr names').does('what can be told, and how it is typed', ({ printer }) =>
  printer.print({
    type: 'attribute-names',
    fields: { names: [...attributeRows].map(([name, { type, usage }]) => ({ name, type, usage })) },
    lines: [...attributeRows].map(([name, { usage }]) => `  ${name.padEnd(9)}  ${usage}`),
  }),
);

export const attributes: readonly Command[] = [
  line('attr show').does('what you tell of yourself', show),
  set,
  del,
  known,
];
