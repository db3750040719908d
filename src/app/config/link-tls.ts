import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import type { output } from 'zod';
import { z } from '../../util/zod.js';
import type { LinkTls } from '../../component/socket.js';

const sha256 = z
  .string()
  .transform((text) => text.replaceAll(/[\s:]/g, '').toLowerCase())
  .refine((hex) => /^[0-9a-f]{64}$/.test(hex), 'must be 64 hexadecimal digits (SHA-256 of the certificate)');

/** Section `component.tls`. */
export const linkTls = z
  .strictObject({
    mode: z
      .enum(['off', 'direct', 'starttls'])
      .default('off')
      .describe(
        "direct: TLS from the first octet, on a port of its own (ejabberd's `tls: true`, Openfire's 5276); starttls: once the server offers it; off: none, which is for loopback and tunnels.",
      ),
    ca_file: z
      .string()
      .min(1)
      .optional()
      .describe("Certificates (PEM) that the server's must be of, in place of those that Node trusts."),
    fingerprint: sha256
      .optional()
      .describe("SHA-256 of the server's certificate. With it nothing else of the certificate counts."),
    server_name: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[^\s/@]+$/, 'must be a host name or an IP address')
      .optional()
      .describe('The name that the certificate must have. Default: `component.host`.'),
  })
  .superRefine((tls, context) => {
    const { mode, ...others } = tls;
    for (const [key, value] of Object.entries(others)) {
      if (mode === 'off' && value !== undefined) {
        context.addIssue({ code: 'custom', path: [key], message: 'needs `mode` to be direct or starttls' });
      }
    }
    if (tls.fingerprint !== undefined && tls.ca_file !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['ca_file'],
        message: 'give fingerprint or ca_file, not both',
      });
    }
  });

/** What the link is given. @throws the error of reading or understanding `ca_file` */
export function linkTlsOf(
  { mode, ca_file: caFile, fingerprint, server_name: serverName }: output<typeof linkTls>,
  resolve: (file: string) => string,
): LinkTls | undefined {
  if (mode === 'off') return undefined;
  const ca = caFile === undefined ? undefined : certificatesIn(resolve(caFile));
  return { mode, ca, fingerprint, serverName };
}

function certificatesIn(file: string): string {
  const pem = readFileSync(file, 'utf8');
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  if (certificates === null) throw new Error(`${file} has no certificate (PEM)`);
  for (const certificate of certificates) new X509Certificate(certificate);
  return pem;
}
