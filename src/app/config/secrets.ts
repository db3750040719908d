import type { Config } from './load.js';

/** Shorter ones are no secrets, and would be found in every other word. */
const LEAST_LENGTH = 4;

/** Everything in a configuration that nobody may read. */
export function secretsOf({ component, networks, store }: Config): readonly string[] {
  const found = new Set<string>();
  const add = (secret: string | undefined): void => {
    if (secret === undefined || secret.length < LEAST_LENGTH) return;
    found.add(secret);
    // As it stands in a URL.
    found.add(encodeURIComponent(secret));
  };
  add(component.secret);
  for (const { auth } of Object.values(networks)) if (auth.method === 'passphrase') add(auth.passphrase);
  add(store.password);
  add(/^postgres(?:ql)?:\/\/[^/?#]*?:([^/?#]*)@/i.exec(store.url)?.[1]);
  if ('variable' in store.key) add(process.env[store.key.variable]);
  return [...found].sort((a, b) => b.length - a.length);
}

/** A text of others, e.g. of a server, in which a secret may be repeated. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
}
