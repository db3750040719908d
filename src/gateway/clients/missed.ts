import type { Loss } from '../../component/types.js';

/** Whether a stanza that could have been sent did not, or may not have, come to its addressee. */
export const isMissed = ({ reason }: Loss): boolean =>
  reason === 'overflow' || reason === 'expired' || reason === 'in-doubt';
