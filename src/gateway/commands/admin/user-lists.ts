import type { FormValues } from '../../../mapping/data-form.js';
import { type Text, text } from '../../../text/text.js';
import { ask, value } from '../ask.js';
import { type CommandStep, done } from '../command.js';
import { NS_ADMIN } from './parts.js';

/** As XEP-0133, 4.18 offers them. Even `none` has a bound: it is one stanza. */
const COUNTS = ['25', '50', '75', '100', '150', '200'];
const NONE = 'none';
const MAX_LISTED = 5_000;

/** Asks how many, and lists them. @param list - so many at most */
export function listOfUsers(
  title: Text,
  field: string,
  list: (max: number) => readonly string[] | Promise<readonly string[]>,
): CommandStep {
  const options = [
    ...COUNTS.map((count) => ({ value: count, label: count })),
    { value: NONE, label: text((words) => words.admin.all) },
  ];
  const fields = [
    {
      ...({ name: 'max_items', type: 'list-single', value: '100' } as const),
      label: text((words) => words.admin.maxItems),
      options,
    },
  ];
  return ask({ formType: NS_ADMIN, title, fields }, async (values) => {
    const users = await list(countOf(values));
    const result = { name: field, label: title, type: 'jid-multi', values: users } as const;
    return {
      ...done(users.length === 0 ? text((words) => words.admin.are('0')) : users.join('\n')),
      result: { formType: NS_ADMIN, title, fields: [result] },
    };
  });
}

const countOf = (values: FormValues): number => Number(value(values, 'max_items')) || MAX_LISTED;
