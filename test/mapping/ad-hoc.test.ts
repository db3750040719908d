import { describe, it } from 'vitest';
import { errorReply, iqResult, StanzaError } from '../../src/component/stanza.js';
import { commandElement, readCommand } from '../../src/mapping/ad-hoc.js';
import { checkValues, type Form, readForm } from '../../src/mapping/data-form.js';
import { commandInfo, commandListInfo } from '../../src/mapping/disco.js';
import { expectGolden } from './golden.js';

const FORM: Form = {
  title: 'Forget the history of lounge',
  instructions: 'This cannot be undone.',
  fields: [{ name: 'sure', type: 'boolean', label: 'Forget it', value: '0' }],
};

describe('ad-hoc commands (XEP-0050)', () => {
  it('begin with a form', () => {
    expectGolden('command-begin', (iq) => {
      const { node } = readCommand(iq.getChildElements()[0] ?? iq);
      return iqResult(iq, commandElement({ node, sessionId: 's1', status: 'executing', form: FORM }));
    });
  });

  it('end with a note', () => {
    expectGolden('command-submit', (iq) => {
      const { node, sessionId = '', form } = readCommand(iq.getChildElements()[0] ?? iq);
      const answer = form === undefined ? checkValues(new Map(), FORM.fields) : readForm(form, FORM.fields);
      const note = answer.kind === 'values' && answer.values.get('sure') === 'true' ? 'Done.' : 'Not done.';
      return iqResult(
        iq,
        commandElement({ node, sessionId, status: 'completed', note: { type: 'info', text: note } }),
      );
    });
  });

  it('have the actions of the XEP and no others', () => {
    expectGolden('command-bad-action', (iq) => {
      try {
        readCommand(iq.getChildElements()[0] ?? iq);
        return undefined;
      } catch (error) {
        if (!(error instanceof StanzaError)) throw error;
        return errorReply(iq, error.type, error.condition, error.text, { appCondition: error.appElement });
      }
    });
  });

  it('are discovered by their nodes', () => {
    expectGolden('command-list-info', (iq) => iqResult(iq, commandListInfo()));
    expectGolden('command-info', (iq) => iqResult(iq, commandInfo('forget-history', 'Forget')));
  });
});
