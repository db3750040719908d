/** Ends an embedding or override, and an isolate (Unicode Standard Annex 9, 3.3.2). */
const [POP_EMBEDDING, POP_ISOLATE] = ['\u202c', '\u2069'];
const FIRST_STRONG_ISOLATE = '\u2068';
const EMBEDDINGS = '\u202a\u202b\u202d\u202e';
const ISOLATES = '\u2066\u2067\u2068';

/**
 * A text whose writing directions end with it: what it leaves open is closed, and what it closes too often is opened, so that nothing
 * of what a client shows around it is turned round. Any other text is as it was, and so is one that was isolated before.
 */
export function isolated(text: string): string {
  const open: string[] = [];
  let opened = 0;
  for (const char of text) {
    if (EMBEDDINGS.includes(char)) open.push(POP_EMBEDDING);
    else if (ISOLATES.includes(char)) open.push(POP_ISOLATE);
    else if (char === POP_EMBEDDING && open.at(-1) === POP_EMBEDDING) open.pop();
    else if (char === POP_ISOLATE) {
      // With an isolate ends what was begun in it.
      const at = open.lastIndexOf(POP_ISOLATE);
      open.length = Math.max(at, 0);
      if (at < 0) opened++;
    }
  }
  return FIRST_STRONG_ISOLATE.repeat(opened) + text + open.reverse().join('');
}
