import { nothing } from './arguments.js';
import type { Nothing } from './arguments.js';
import type { Command } from './command.js';

/** DETACH (draft commands-07, 2.3.21). The server closes 200 ms after the reply. */
export const detach: Command<Nothing, Nothing> = {
  number: 21,
  name: 'DETACH',
  minArguments: 0,
  maxArguments: 0,
  order: 'alone',
  strict: true,
  list: false,
  request: nothing,
  reply: nothing,
};
