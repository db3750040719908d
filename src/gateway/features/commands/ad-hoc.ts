import { type Element, StanzaError } from '../../../component/stanza.js';
import { commandElement, commandError, NS_COMMANDS, readCommand } from '../../../mapping/ad-hoc.js';
import { readForm } from '../../../mapping/data-form.js';
import { commandInfo, commandListInfo } from '../../../mapping/disco.js';
import {
  type Command,
  type CommandCall,
  type CommandStep,
  type DoneStep,
  type FormStep,
  nodeOf,
} from '../../commands/command.js';
import { type CommandRun, CommandRuns } from '../../commands/command-runs.js';
import { addressedTo, type DiscoNode, type Feature, type Request } from '../../feature.js';
import { type AnyText, text, textIn } from '../../../text/text.js';

type Place = 'gateway' | 'channel';

const MAX_NOTE_LINES = 10;

/** Commands with forms, at the addresses of the gateway and of rooms. */
export function adHocCommands(commands: () => readonly Command[]): Feature {
  const runs = new CommandRuns();

  const offered = (call: CommandCall): readonly Command[] =>
    commands().filter((command) => command.at.includes(call.to.kind) && command.isOffered(call));

  function find(call: CommandCall, node: string): Command {
    const command = offered(call).find((one) => nodeOf(one) === node);
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
      return stage(call, command, await command.begin(call), []);
    }
    const run = runs.take(sessionId, node, call);
    if (action === 'cancel') return commandElement({ node, sessionId, status: 'canceled' });
    if (action === 'prev') return goBack(call, run);
    return proceed(call, run, form);
  }

  function goBack(call: CommandCall, { command, steps, id }: CommandRun): Element {
    const before = steps.slice(0, -1);
    const step = before.at(-1);
    if (step !== undefined) return stage(call, command, step, before.slice(0, -1), id);
    runs.add(command, steps, call, id);
    throw badAction(text((words) => words.commands.noWayBack));
  }

  async function proceed(call: CommandCall, run: CommandRun, form: Element | undefined): Promise<Element> {
    const { command, steps, id } = run;
    const step = steps.at(-1);
    const again = (reason: AnyText): StanzaError => {
      runs.add(command, steps, call, id);
      return commandError('modify', 'bad-request', 'bad-payload', reason);
    };
    if (form === undefined || step === undefined) throw again(text((words) => words.commands.formMissing));
    const answer = readForm(form, step.form.fields);
    if (answer.kind === 'cancel') {
      return commandElement({ node: nodeOf(command), sessionId: id, status: 'canceled' });
    }
    if (answer.kind === 'bad') throw again(answer.reason);
    try {
      return stage(call, command, await step.next(answer.values, call), steps, id);
    } catch (error) {
      // What can be put right is asked for once more.
      if (error instanceof StanzaError && error.type === 'modify') throw again(error.anyText);
      throw error;
    }
  }

  /** @param before - its forms until now */
  function stage(
    call: CommandCall,
    command: Command,
    step: CommandStep,
    before: readonly FormStep[],
    id?: string,
  ): Element {
    const node = nodeOf(command);
    if (step.kind === 'done') {
      const note = isRepeated(step) ? undefined : { type: step.type ?? 'info', text: step.text };
      const sessionId = id ?? runs.newId();
      return commandElement({ node, sessionId, status: 'completed', note, result: step.result });
    }
    const run = runs.add(command, [...before, step], call, id);
    return commandElement({
      ...{ node, sessionId: run.id, status: 'executing', form: step.form, note: step.note },
      actions: { hasBefore: before.length > 0, hasMore: step.hasMore === true },
    });
  }

  function discoNode(request: Request, node: string): DiscoNode | undefined {
    const { from, to, signal } = request;
    if (to.kind !== 'gateway' && to.kind !== 'channel') return undefined;
    const call = { from, to, signal };
    if (node === NS_COMMANDS) {
      const items = offered(call).map((command) => ({
        ...{ jid: to.jid, node: nodeOf(command), name: command.title },
      }));
      return { info: commandListInfo(), items };
    }
    const command = offered(call).find((one) => nodeOf(one) === node);
    return command && { info: commandInfo(nodeOf(command), command.title), items: [] };
  }

  return {
    name: 'ad-hoc commands',
    specs: [
      {
        xep: 50,
        title: 'Ad-Hoc Commands',
        version: '1.3.0',
        date: '2020-06-09',
        status: 'complete',
        namespaces: [NS_COMMANDS],
      },
    ],
    disco: { gateway: [NS_COMMANDS], channel: [NS_COMMANDS] },
    iq: [{ type: 'set', xmlns: NS_COMMANDS, ...addressedTo(['gateway', 'channel'], execute) }],
    discoNode,
  };
}

/** What a long result says is not said once more in a note: gajim's window would be higher than the screen. */
const isRepeated = ({ result, text: said }: DoneStep): boolean =>
  result !== undefined && textIn('en', said).split('\n').length > MAX_NOTE_LINES;

const badAction = (said: AnyText): StanzaError => commandError('modify', 'bad-request', 'bad-action', said);
