import js from '@eslint/js';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';
import { noImportCircle } from './lint/import-circles.js';

/** Who may import whom (docs/architecture.md, "Direction"). `from` is forbidden inside `target`. */
const layers = [
  // What puts the parts together is above all of them, the commands are above that.
  ...['util', 'text', 'silc', 'component', 'mapping', 'gateway', 'store', 'observe'].map((target) => ({
    target: `src/${target}`,
    from: 'src/app',
  })),
  ...['util', 'text', 'silc', 'component', 'mapping', 'gateway', 'store', 'observe', 'app'].flatMap(
    (target) => ['cli', 'demo'].map((from) => ({ target: `src/${target}`, from: `src/${from}` })),
  ),
  // Tools of general use are below everything as well, and each stands alone.
  ...['text', 'silc', 'component', 'mapping', 'gateway', 'store', 'observe'].map((from) => ({
    target: 'src/util',
    from: `src/${from}`,
  })),
  // Tables of text are below everything: they know nothing of the house.
  ...['util', 'silc', 'component', 'mapping', 'gateway', 'store', 'observe'].map((from) => ({
    target: 'src/text',
    from: `src/${from}`,
  })),
  // The SILC engine is a library of its own: it knows nothing of the rest of the house.
  ...['component', 'mapping', 'gateway', 'store', 'observe'].map((from) => ({
    target: 'src/silc',
    from: `src/${from}`,
  })),
  // The XMPP edge knows stanzas and streams, not what they mean here.
  ...['silc', 'mapping', 'gateway', 'store', 'observe'].map((from) => ({
    target: 'src/component',
    from: `src/${from}`,
  })),
  // The mapping is pure: it sees types of the engine and builds stanzas.
  ...['gateway', 'store', 'observe'].map((from) => ({ target: 'src/mapping', from: `src/${from}` })),
  { target: 'src/mapping', from: 'src/component', except: ['stanza.ts', 'jid.ts'] },
  ...['component', 'mapping', 'gateway', 'observe'].map((from) => ({
    target: 'src/store',
    from: `src/${from}`,
  })),
  ...['component', 'mapping', 'gateway', 'store', 'silc'].map((from) => ({
    target: 'src/observe',
    from: `src/${from}`,
  })),
].map((zone) => ({
  ...zone,
  target: `./${zone.target}`,
  from: `./${zone.from}`,
  message: 'Layers point one way: see docs/architecture.md.',
}));

const xmppPackages = {
  group: ['@xmpp/*'],
  message: 'Only src/component imports the XMPP packages.',
};
const databaseDrivers = { group: ['libsql', 'pg'], message: 'Only src/store/dialects knows a database.' };

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'docs/api/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['eslint.config.js', 'lint/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: layers }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    // `import-x/no-cycle` passes over imports of types.
    files: ['src/**/*.ts'],
    plugins: { local: { rules: { 'no-import-circle': noImportCircle } } },
    rules: { 'local/no-import-circle': ['error', { root: 'src', longest: 6, none: ['gateway'] }] },
  },
  {
    // Only the component layer touches the XMPP packages.
    files: ['src/**/*.ts'],
    ignores: ['src/component/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [xmppPackages, databaseDrivers] }],
    },
  },
  {
    // `util/zod.ts` says why. The types are nobody's cost.
    files: ['src/**/*.ts'],
    ignores: ['src/util/zod.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { paths: [{ name: 'zod', allowTypeImports: true, message: 'Values come from util/zod.js.' }] },
      ],
    },
  },
  {
    files: ['src/store/dialects/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [xmppPackages] }] },
  },
  {
    // A mapping function takes types from the engine; what it computes itself comes from its own arguments.
    files: ['src/mapping/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', { name: 'Date', message: 'Clocks come in as arguments.' }] },
  },
  {
    // What the package imports must come with it; checkouts have more than installations.
    files: ['src/**/*.ts'],
    rules: { 'import-x/no-extraneous-dependencies': ['error', { devDependencies: false }] },
  },
  {
    files: ['src/cli/**', 'src/demo/**', 'src/main.ts', 'test/**', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  { files: ['eslint.config.js', '*.config.ts'], rules: { 'import-x/no-default-export': 'off' } },
  { files: ['eslint.config.js', 'lint/*.js'], ...tseslint.configs.disableTypeChecked },
  {
    // Scripts of a browser: the compiler checks them by their own tsconfig.json, names of the browser included.
    files: ['src/demo/page/browser/*.js'],
    ...tseslint.configs.disableTypeChecked,
    rules: { ...tseslint.configs.disableTypeChecked.rules, 'no-undef': 'off' },
  },
);
