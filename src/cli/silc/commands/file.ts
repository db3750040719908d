import { type Command, line } from './command.js';
import { number, optional, path, person } from './parameters.js';

/** File transfers. */
export const file: readonly Command[] = [
  line('file send')
    .takes(person())
    .takes(path('FILE'))
    .does('offer a file', ({ files }, user, path) => files.send(user, path)),
  line('file accept')
    .takes(optional(number('NUMBER')))
    .does('take a file that is offered', ({ files }, id) => files.accept(id)),
  line('file decline')
    .takes(number('NUMBER'))
    .does('forget an offer; the other is not told, as SILC has no message for it', ({ files }, id) =>
      files.decline(id),
    ),
  line('file abort')
    .takes(number('NUMBER'))
    .does('end a transfer', ({ files }, id) => files.abort(id)),
  line('file list').does('offers and transfers', ({ files }) => files.show()),
];
