import { inject } from 'vitest';
import type { Programs } from './programs.js';

/** Where a program is. @throws Error with the reason, where it could not be had */
export function program(name: keyof Programs): string {
  const found = inject('programs')[name];
  if ('missing' in found) throw new Error(found.missing);
  return found.path;
}
