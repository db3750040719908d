/** Moods of SILC (draft presence-attrs-04, 2.5) by the lowest bit first, as XEP-0107 names them. No bit is no mood. */
export const MOODS = [
  ...(['happy', 'sad', 'angry', 'jealous', 'ashamed', 'invincible', 'in_love', 'sleepy', 'bored'] as const),
  ...(['excited', 'anxious'] as const),
] as const;

export type Mood = (typeof MOODS)[number];

/** Moods of XEP-0107 that SILC has another word for. */
const kin: Readonly<Record<Mood, readonly string[]>> = {
  happy: ['amused', 'cheerful', 'contented', 'glad', 'grateful', 'playful', 'proud', 'satisfied', 'thankful'],
  sad: [
    'dejected',
    'depressed',
    'disappointed',
    'grieving',
    'heartbroken',
    'lonely',
    'melancholy',
    'mournful',
  ],
  angry: [
    'annoyed',
    'enraged',
    'frustrated',
    'furious',
    'grumpy',
    'indignant',
    'irritated',
    'mad',
    'outraged',
  ],
  jealous: ['envious'],
  ashamed: ['embarrassed', 'guilty', 'remorseful'],
  invincible: ['brave', 'confident', 'strong'],
  in_love: ['amorous', 'loving'],
  sleepy: ['dreamy', 'tired'],
  bored: ['indifferent', 'restless'],
  excited: ['amazed', 'aroused', 'hopeful', 'interested', 'inspired'],
  anxious: ['afraid', 'concerned', 'nervous', 'scared', 'stressed', 'worried'],
};

/** Moods of a mask. */
export const moodsOf = (mask: number): readonly Mood[] =>
  MOODS.filter((_mood, bit) => (mask & (1 << bit)) !== 0);

/** The bit of a mood of XEP-0107; undefined for one that SILC has no word for. */
export function moodMask(name: string): number | undefined {
  const bit = MOODS.findIndex((mood) => mood === name || kin[mood].includes(name));
  return bit < 0 ? undefined : 1 << bit;
}
