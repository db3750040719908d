import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A certificate of its own making, for the name localhost and 127.0.0.1, valid for a hundred years. */
export const TLS_CERTIFICATE_FILE = fileURLToPath(new URL('localhost.pem', import.meta.url));
export const TLS_CERTIFICATE = readFileSync(TLS_CERTIFICATE_FILE, 'utf8');
export const TLS_KEY = readFileSync(new URL('localhost.key', import.meta.url), 'utf8');
/** Its SHA-256, with colons. */
export const TLS_FINGERPRINT = new X509Certificate(TLS_CERTIFICATE).fingerprint256;
