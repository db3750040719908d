import { type Element, StanzaError } from '../../../component/stanza.js';
import { commandElement, commandError, NS_COMMANDS, readCommand } from '../../../mapping/ad-hoc.js';
import { readForm } from '../../../mapping/data-form.js';
import { commandInfo, commandListInfo } from '../../../mapping/disco.js';
import type { Command, CommandCall, CommandStep } from '../../commands/command.js';
import { type CommandRun, CommandRuns } from '../../commands/command-runs.js';
import { addressedTo, type DiscoNode, type Feature, type Request } from '../../feature.js';
import { type AnyText, text } from '../../../text/text.js';

type Place = 'gateway' | 'channel';

/** Commands with forms, at the addresses of the gateway and of rooms. */
export function adHocCommands(commands: () => readonly Command[]): Feature {
  const runs = new CommandRuns();

  const offered = (call: CommandCall): readonly Command[] =>
    commands().filter((command) => command.at.includes(call.to.kind) && command.isOffered(call));

  function find(call: CommandCall, node: string): Command {
    const command = offered(call).find(({ name }) => name === node);
    if (command !== undefined) return command;
    throw new StanzaError(
      'cancel',
      'item-not-found',
      text(({ commands }) => commands.noSuchCommand),
    );
  }

  async function execute(call: Request<Place>, element: Element): Promise<Element> {
    const { node, sessionId, action, form } = readCommand(element);
    const command = find(call, node);
    if (sessionId === undefined) {
      if (action !== 'execute') throw badAction(text((words) => words.commands.badBegin));
      return stage(call, command, await command.begin(call));
    }
    if (action === 'prev') throw badAction(text((words) => words.commands.noWayBack));
    const run = runs.take(sessionId, node, call);
    if (action === 'cancel') return commandElement({ node, sessionId, status: 'canceled' });
    return proceed(call, run, form);
  }

  async function proceed(call: CommandCall, run: CommandRun, form: Element | undefined): Promise<Element> {
    const { command, step } = run;
    if (form === undefined) {
      runs.add(command, step, call, run.id);
      throw commandError(
        'modify',
        'bad-request',
        'bad-payload',
        text((words) => words.commands.formMissing),
      );
    }
    const answer = readForm(form, step.form.fields);
    if (answer.kind === 'cancel') {
      return commandElement({ node: command.name, sessionId: run.id, status: 'canceled' });
    }
    if (answer.kind === 'bad') {
      runs.add(command, step, call, run.id);
      throw commandError('modify', 'bad-request', 'bad-payload', answer.reason);
    }
    return stage(call, command, await step.next(answer.values, call), run.id);
  }

  function stage(call: CommandCall, command: Command, step: CommandStep, before?: string): Element {
    const node = command.name;
    if (step.kind === 'done') {
      return commandElement({
        node,
        sessionId: before ?? runs.newId(),
        status: 'completed',
        note: step.text,
      });
    }
    const { id } = runs.add(command, step, call, before);
    return commandElement({ node, sessionId: id, status: 'executing', form: step.form });
  }

  function discoNode(request: Request, node: string): DiscoNode | undefined {
    const { from, to, signal } = request;
    if (to.kind !== 'gateway' && to.kind !== 'channel') return undefined;
    const call = { from, to, signal };
    if (node === NS_COMMANDS) {
      const items = offered(call).map(({ name, title }) => ({ jid: to.jid, node: name, name: title }));
      return { info: commandListInfo(), items };
    }
    const command = offered(call).find(({ name }) => name === node);
    return command && { info: commandInfo(command.name, command.title), items: [] };
  }

  return {
    name: 'ad-hoc commands',
    specs: [
      {
        xep: 50,
        title: 'Ad-Hoc Commands',
        version: '1.3.0',
        date: '2020-06-09',
        status: 'partial',
        leftOut: 'going back to an earlier stage (prev)',
        namespaces: [NS_COMMANDS],
      },
    ],
    disco: { gateway: [NS_COMMANDS], channel: [NS_COMMANDS] },
    iq: [{ type: 'set', xmlns: NS_COMMANDS, ...addressedTo(['gateway', 'channel'], execute) }],
    discoNode,
  };
}

const badAction = (said: AnyText): StanzaError => commandError('modify', 'bad-request', 'bad-action', said);
