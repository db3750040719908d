import type { GatewayContext } from '../../context.js';
import type { Identities } from '../../sessions/identities.js';
import type { SessionRegistry } from '../../sessions/session-registry.js';
import type { AwayMarks } from '../../always-on/away-marks.js';
import type { FormValues } from '../../../mapping/data-form.js';
import { babbleText, keyText } from '../../../mapping/contact-key.js';
import type { KeyPair } from '../../../silc/crypto/key-pair.js';
import { type AnyText, text } from '../../../text/text.js';
import { type CommandCall, type CommandStep, done } from '../command.js';

/** What the commands of users are made with. */
export interface UserCommandParts {
  readonly context: GatewayContext;
  readonly sessions: SessionRegistry;
  readonly identities: Identities;
  readonly away: AwayMarks;
}

/** The network of a form; the default one, or the first, where there is only one to choose. */
export function chosenNetwork({ context, sessions }: UserCommandParts, values: FormValues): string {
  const [first = ''] = sessions.networks.keys();
  return values.get('network') ?? context.addressing.defaultNetwork ?? first;
}

/** Names of networks, the default one first. */
export function networkNames({ context, sessions }: UserCommandParts): readonly string[] {
  const { defaultNetwork } = context.addressing;
  const names = [...sessions.networks.keys()];
  return names.sort((a, b) => Number(b === defaultNetwork) - Number(a === defaultNetwork));
}

/** A user has another key pair now: sessions under the one before end, and the user is told the new key. */
export async function withNewIdentity(
  parts: UserCommandParts,
  call: CommandCall,
  keyPair: KeyPair,
): Promise<CommandStep> {
  await endSessions(
    parts,
    call,
    text((words) => words.userCommands.byYourself),
  );
  const fingerprint = parts.identities.fingerprint(keyPair);
  const [key, babble] = [keyText(fingerprint), babbleText(fingerprint)];
  return done(text((words) => words.userCommands.identityNew(key, babble)));
}

/** Ends the sessions of a user, whose clients are told why. */
export async function endSessions(
  { sessions }: UserCommandParts,
  { from }: CommandCall,
  why: AnyText,
): Promise<void> {
  const error = { type: 'cancel', condition: 'recipient-unavailable', text: why } as const;
  await Promise.all([...sessions.sessionsOf(from)].map((session) => session.end({ kind: 'failed', error })));
}
