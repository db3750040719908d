/** How much of a XEP there is, in the words of DOAP (XEP-0453). */
export type XepStatus = 'complete' | 'partial';

interface XepBase {
  /** Its number, e.g. 199. */
  readonly xep: number;
  readonly title: string;
  /** The version that was followed, and its date as in the revision history of the XEP. */
  readonly version: string;
  readonly date: string;
  /** What is done of it, where that is not plain: sections, or one of several features that share the XEP. */
  readonly part?: string;
  /** Namespaces of it that the gateway reads or writes. */
  readonly namespaces?: readonly string[];
}

/** A XEP as far as the gateway has it. What is partial says what is left out. */
export type XepSpec = XepBase &
  (
    | { readonly status: 'complete'; readonly leftOut?: undefined }
    | { readonly status: 'partial'; readonly leftOut: string }
  );

/** An RFC as far as the gateway has it. */
export interface RfcSpec {
  readonly rfc: number;
  readonly title: string;
  /** What is done of it. */
  readonly part: string;
}

/** A specification that a feature, or the core, follows. docs/xeps.md and doap.xml are made of these. */
export type Spec = XepSpec | RfcSpec;

/** Multi-User Chat is shared by many features: each says what it does of it, and what of that is left out. */
export function multiUserChat(part: string, namespaces: readonly string[], leftOut?: string): XepSpec {
  const base = {
    xep: 45,
    title: 'Multi-User Chat',
    version: '1.35.3',
    date: '2025-12-01',
    part,
    namespaces,
  } as const;
  return leftOut === undefined ? { ...base, status: 'complete' } : { ...base, status: 'partial', leftOut };
}
