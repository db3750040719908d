import type { ComponentLinkOptions } from '../component/link.js';
import type { Config } from './config/load.js';

/** How the Jabber server is reached, as the configuration says it. */
export function linkOptionsOf({
  component,
  linkTls,
}: Config): Omit<ComponentLinkOptions, 'log' | 'failFast'> {
  return {
    domain: component.domain,
    host: component.host,
    port: component.port,
    tls: linkTls,
    secret: component.secret ?? '',
  };
}
