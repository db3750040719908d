import { createFeatures } from '../../src/gateway/features/index.js';
import type { FeatureParts } from '../../src/gateway/features/parts.js';

/** The table of all features: it is made without asking its parts anything. */
export const features = createFeatures({
  context: { config: { history: { days: 1 } }, store: {} },
  operator: {
    logLevels: [],
    logAreas: [],
    figures: () => Promise.resolve([]),
    reload: () => Promise.resolve({ applied: [], restart: [] }),
  },
} as unknown as FeatureParts);
