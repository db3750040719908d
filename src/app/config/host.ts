import { isIPv6 } from 'node:net';
import type { z } from 'zod';

/** What is no host alone, with the mistake that it is. */
export function refuseNoHost(text: string, context: z.core.$RefinementCtx<string>): void {
  if (/[\s/@]/.test(text)) context.addIssue('must be a host name or an IP address');
  else if (/[[\]]/.test(text)) context.addIssue('must be without brackets, and without a port: ::1');
  else if (text.includes(':') && !isIPv6(text))
    context.addIssue('has a port in it, which is a key of its own');
}
