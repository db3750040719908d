import { type Element, xml } from '../component/stanza.js';
import { Namespace } from './namespaces.js';
import { type AnyText, type Text, text, textIn } from '../text/text.js';

/*
 * XEP-0004 2.13.2 (2024-08-30): Data Forms, as far as a form asks for values and gets them back. Left out: media, fields of several
 * values but `text-multi`.
 */

/** A field of a form, as it is asked for. */
export interface FormField {
  readonly name: string;
  readonly type:
    'text-single' | 'text-private' | 'text-multi' | 'boolean' | 'list-single' | 'jid-single' | 'jid-multi';
  readonly label: AnyText;
  readonly value?: string | undefined;
  /** Of a `list-single`: nothing else is taken. */
  readonly options?: readonly { readonly value: string; readonly label: AnyText }[];
  readonly isRequired?: boolean;
  /** Longest value that is taken, in UTF-16 units. */
  readonly max?: number;
}

export interface Form {
  /** FORM_TYPE (XEP-0068), where the fields are registered. */
  readonly formType?: string;
  readonly title: AnyText;
  readonly instructions?: AnyText | undefined;
  readonly fields: readonly FormField[];
}

/** What was asked for: rows of cells, or values by label. */
export interface ResultForm {
  readonly formType?: string;
  readonly title: AnyText;
  /** Columns; without rows there are none. */
  readonly columns?: readonly { readonly name: string; readonly label: AnyText }[];
  readonly rows?: readonly (readonly AnyText[])[];
  readonly fields?: readonly {
    readonly name: string;
    readonly label: AnyText;
    readonly type?: 'text-single' | 'text-multi' | 'jid-multi';
    readonly values: readonly string[];
  }[];
}

/** Values by name of the field, of those fields only that the form asks for. */
export type FormValues = ReadonlyMap<string, string>;

/** Longest value that is taken, in UTF-16 units. */
const MAX_VALUE = 65_536;

/** A form to be filled in. */
export function formElement({ title, instructions, fields, formType }: Form): Element {
  return xml(
    'x',
    { xmlns: Namespace.dataForm, type: 'form' },
    xml('title', {}, title),
    instructions === undefined ? undefined : xml('instructions', {}, instructions),
    hiddenType(formType),
    fields.map(fieldElement),
  );
}

/** A result (XEP-0004, 3.1). Not as a table (3.4): gajim up to 1.7 waits for ever when one comes as the result of a command. */
export function resultElement({
  title,
  formType,
  columns = [],
  rows = [],
  fields = [],
}: ResultForm): Element {
  return xml(
    'x',
    { xmlns: Namespace.dataForm, type: 'result' },
    xml('title', {}, title),
    hiddenType(formType),
    fields.map(({ name, label, type = 'text-single', values }) =>
      xml(
        'field',
        { var: name, label, type },
        values.map((value) => xml('value', {}, value)),
      ),
    ),
    rows.map((row, i) => rowElement(columns, row, i + 1)),
  );
}

/** A row of a table: named by its first cell, with the other ones that are not empty; where these are several, each in a line with its name. */
function rowElement(
  columns: NonNullable<ResultForm['columns']>,
  row: readonly AnyText[],
  number: number,
): Element {
  const [first, ...others] = columns;
  const cells = others.flatMap(({ label }, i) => {
    const cell = row[i + 1] ?? '';
    if (cell === '') return [];
    if (others.length === 1) return [cell];
    return [text((_words, language) => `${textIn(language, label)}: ${textIn(language, cell)}`)];
  });
  const type = cells.length > 1 ? 'text-multi' : 'text-single';
  return xml(
    'field',
    { var: `${first?.name ?? 'row'}-${number}`, label: row[0] ?? '', type },
    cells.map((cell) => xml('value', {}, cell)),
  );
}

const hiddenType = (formType: string | undefined): Element | undefined =>
  formType === undefined
    ? undefined
    : xml('field', { var: 'FORM_TYPE', type: 'hidden' }, xml('value', {}, formType));

function fieldElement({ name, type, label, value, options, isRequired }: FormField): Element {
  const values =
    value === undefined
      ? []
      : options !== undefined
        ? [optionValue(value)]
        : type === 'text-multi' || type === 'jid-multi'
          ? value.split('\n')
          : [value];
  return xml(
    'field',
    { var: name, type, label },
    isRequired === true ? xml('required', {}) : undefined,
    values.map((one) => xml('value', {}, one)),
    options?.map((option) =>
      xml('option', { label: option.label }, xml('value', {}, optionValue(option.value))),
    ),
  );
}

/** What stands for the empty option: profanity ends when one without a text is chosen. */
const NO_OPTION = 'default';

const optionValue = (value: string): string => (value === '' ? NO_OPTION : value);

/** All values of a form by name of the field, whoever asked for them. */
export function fieldValues(form: Element): ReadonlyMap<string, readonly string[]> {
  return new Map(
    form
      .getChildren('field')
      .map((field) => [field.attrs.var ?? '', field.getChildren('value').map((value) => value.getText())]),
  );
}

/** The name of a field that stands in a form more than once: which one of them counts nobody can say. */
export function repeatedField(form: Element): string | undefined {
  const names = form.getChildren('field').map((field) => field.attrs.var ?? '');
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** What came back: the values, or that there shall be none, or why they cannot be taken. */
export type FormAnswer =
  | { readonly kind: 'values'; readonly values: FormValues }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'bad'; readonly reason: AnyText };

/** Reads the answer to a form that asked for `fields`. Fields that it did not ask for are passed over. */
export function readForm(element: Element, fields: readonly FormField[]): FormAnswer {
  if (element.attrs.type === 'cancel') return { kind: 'cancel' };
  if (element.attrs.type !== 'submit')
    return { kind: 'bad', reason: text((words) => words.commands.notSubmitted) };
  const given = new Map<string, string>();
  for (const [name, lines] of fieldValues(element)) if (lines.length > 0) given.set(name, lines.join('\n'));
  return checkValues(given, fields);
}

/** Values as they were given, checked against the fields that were asked for. */
export function checkValues(given: FormValues, fields: readonly FormField[]): FormAnswer {
  const values = new Map<string, string>();
  for (const field of fields) {
    const said = given.get(field.name) ?? (field.type === 'boolean' ? '0' : '');
    const value = said === NO_OPTION && hasEmptyOption(field) ? '' : said;
    const reason = refusal(field, value);
    if (reason !== undefined) return { kind: 'bad', reason };
    values.set(field.name, field.type === 'boolean' ? String(isTrue(value)) : value);
  }
  return { kind: 'values', values };
}

const hasEmptyOption = ({ options = [] }: FormField): boolean => options.some(({ value }) => value === '');

function refusal(
  { type, label, options, isRequired, max = MAX_VALUE }: FormField,
  value: string,
): AnyText | undefined {
  const about = (entry: 'tooLong' | 'missing' | 'yesOrNo' | 'noneOffered'): Text =>
    text(({ commands }, language) => commands[entry](textIn(language, label)));
  if (value.length > max) return about('tooLong');
  if (value.trim() === '') return isRequired === true ? about('missing') : undefined;
  if (type === 'boolean' && !/^(?:0|1|true|false)$/.test(value)) return about('yesOrNo');
  const isOffered = options === undefined || options.some((option) => option.value === value);
  return isOffered ? undefined : about('noneOffered');
}

const isTrue = (value: string): boolean => value === '1' || value === 'true';
