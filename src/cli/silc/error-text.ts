/** Causes that are told behind an error. */
const MAX_CAUSES = 3;

/** What an error says, and what its causes say beyond that. */
export function errorText(error: unknown): string {
  const texts: string[] = [];
  let next = error;
  for (let i = 0; i <= MAX_CAUSES && next instanceof Error; i++) {
    const { message, cause } = next;
    if (!texts.some((text) => text.includes(message))) texts.push(message);
    next = cause;
  }
  return texts.length === 0 ? String(error) : texts.join(': ');
}
