import { LineError } from '../item.js';
import { firstWord, needed } from '../line.js';
import type { Command } from './command.js';

/** File transfers. */
export const file: Command = {
  name: 'file',
  usage: '/file [send NICK PATH | accept [NUMBER] | reject NUMBER]',
  summary: 'offers and transfers of files',
  run: async ({ files, people }, rest) => {
    const [action, argument = ''] = firstWord(rest);
    switch (action) {
      case undefined:
        files.show();
        break;
      case 'send': {
        const [nickname, path] = firstWord(argument);
        const wanted = needed(path, file.usage);
        await files.send(await people.find(needed(nickname, file.usage)), wanted);
        break;
      }
      case 'accept':
        await files.accept(argument === '' ? undefined : offerNumber(argument));
        break;
      case 'reject':
        files.reject(offerNumber(argument));
        break;
      default:
        throw new LineError(`usage: ${file.usage}`);
    }
  },
};

function offerNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new LineError(`usage: ${file.usage}`);
  return Number(text);
}
