import { ListAction, maskEntry, maskOfEntry, type ListEntry } from '../commands/values.js';
import { utf8 } from '../bytes.js';
import { Status } from '../status.js';
import { Refusal } from './command-handler.js';
import { MAX_MASK_LENGTH } from './masks.js';

/** Octets of all masks of one list: both lists of a channel and all its members have to fit into a reply of JOIN. */
const MAX_LIST_OCTETS = 4096;

/** Adds or deletes the masks of an invite or ban list; other kinds of entries, and masks with a comma, are not kept. */
export function editMasks(
  masks: string[],
  action: number,
  entries: readonly ListEntry[],
  limit: number,
): void {
  for (const entry of entries) {
    const mask = maskOfEntry(entry);
    if (mask === undefined || mask === '' || mask.length > MAX_MASK_LENGTH || mask.includes(',')) continue;
    const at = masks.indexOf(mask);
    if (action === ListAction.delete) {
      if (at >= 0) masks.splice(at, 1);
    } else if (at < 0) {
      const octets = [...masks, mask].reduce((sum, kept) => sum + utf8(kept).length, 0);
      if (masks.length >= limit || octets > MAX_LIST_OCTETS) throw new Refusal(Status.resourceLimit);
      masks.push(mask);
    }
  }
}

/** The list as replies carry it; undefined when it is empty. */
export function masksReply(masks: readonly string[]): readonly ListEntry[] | undefined {
  return masks.length === 0 ? undefined : masks.map(maskEntry);
}
