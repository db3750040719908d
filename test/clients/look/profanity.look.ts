import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'vitest';
import { sharedJabberServer } from '../../e2e/support/shared-server.js';
import { keepText } from '../support/pictures.js';
import { program } from '../support/program.js';
import { Terminal } from '../support/terminal.js';
import { pictureOf, type ShownField, withCommands } from './walk.js';

/** What the prompt takes for one value. */
const typed = ({ type, given }: ShownField): readonly string[] => {
  if (type === 'boolean') return [given === '1' || given === 'true' ? 'on' : 'off'];
  if (type === 'text-multi' || type === 'jid-multi') return given.split('\n').map((line) => `add "${line}"`);
  return [given.includes(' ') ? `"${given}"` : given];
};

test('every form in profanity', { timeout: 900_000 }, () =>
  withCommands('look-profanity', async ({ world, account, room, commands }) => {
    const server = sharedJabberServer('prosody');
    const folder = mkdtempSync(join(tmpdir(), 'profanity-'));
    mkdirSync(join(folder, 'config/profanity'), { recursive: true });
    writeFileSync(join(folder, 'config/profanity/profrc'), '[ui]\nsplash=false\n');
    const env = {
      ...{ HOME: folder, XDG_CONFIG_HOME: join(folder, 'config'), XDG_DATA_HOME: join(folder, 'data') },
    };
    // High enough for the longest form.
    const terminal = await Terminal.start(folder, program('profanity'), env, 120);
    /** The screen once it does not change any more. */
    const settled = async (): Promise<string> => {
      let before = '';
      for (let same = 0, i = 0; same < 4 && i < 40; i++) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        const now = await terminal.screen();
        same = now === before ? same + 1 : 0;
        before = now;
      }
      return before;
    };
    try {
      await terminal.shows(/Profanity/);
      const { domain, host, c2sPort } = server;
      await terminal.type(`/connect ${account}@${domain} server ${host} port ${c2sPort} tls disable`);
      await terminal.shows(/assword/);
      await terminal.type('password');
      await terminal.shows(/logged in successfully/);
      await terminal.type(`/join ${room} nick ${account}`);
      await terminal.shows(/bob/);
      for (const of of [world.gw, room]) {
        await terminal.type(`/disco info ${of}`);
        await settled();
      }
      // The end of a command is told in the conversation with whom it belongs to, where there is one.
      await terminal.type(`/msg ${world.gw}`);
      await settled();
      for (const one of commands) {
        const name = `forms/profanity/${pictureOf(one)}`;
        await terminal.type(`/win ${one.to}`);
        await terminal.type('/clear');
        await terminal.type(`/cmd exec ${one.node} ${one.to}`);
        await keepText(`${name}-1`, settled);
        for (const [index, fields] of one.forms.entries()) {
          for (const [place, field] of fields.entries()) {
            for (const value of typed(field)) {
              if (value !== '' && value !== '""') await terminal.type(`/field${place + 1} ${value}`);
            }
          }
          await keepText(`${name}-${index + 1}-filled`, settled);
          await terminal.type('/form submit');
          await keepText(`${name}-${index + 2}`, settled);
        }
        // A form that goes on, or a result.
        if (/'\/form cancel'/.test(await settled())) await terminal.type('/form cancel');
        await terminal.type(`/win ${one.to}`);
        await keepText(`${name}-end`, settled);
      }
      await terminal.type(`/win ${room}`);
      await terminal.type('/room config');
      await keepText('forms/profanity/room-configuration', settled);
      await terminal.type('/form submit');
      await keepText('forms/profanity/room-configuration-submitted', settled);
    } finally {
      await terminal.close();
      rmSync(folder, { recursive: true, force: true });
    }
  }),
);
