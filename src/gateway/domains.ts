import { domainToASCII } from 'node:url';

/** A domain in the one form in which domains are compared: `münchen.example` and `xn--mnchen-3ya.example` are the same. */
export const asciiDomain = (domain: string): string =>
  ASCII_ALREADY.test(domain) ? domain : domainToASCII(domain) || domain;

/** Each message asks for the domain of its sender. A last label that may be a number is an address of IPv4, which has many forms. */
const ASCII_ALREADY = /^(?:[a-z0-9-]+\.)*[a-z][a-z-]*$/;

/** The domain, and every one that it is a subdomain of, but for the last label alone: nearest first, in ASCII. */
export function withParents(domain: string): readonly string[] {
  const labels = asciiDomain(domain).split('.');
  if (labels.length < 2) return labels;
  return labels.slice(0, -1).map((_label, index) => labels.slice(index).join('.'));
}
