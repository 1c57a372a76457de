// The layers of the design as import rules: a file imports its own folder and lower layers only.
const layers = [
  ['harness/core'],
  ['harness/cleanup'],
  ['harness/faults'],
  [
    'harness/workload',
    'harness/checkers',
    'harness/metrics',
    'harness/report',
    'harness/host',
    'harness/proxy',
    'harness/links',
  ],
  ['harness/namespaces'],
  ['harness/disks'],
  ['harness/realtime'],
  ['harness/invariants'],
  [
    'harness/simulation',
    'harness/processes',
    'harness/containers',
    'harness/attached',
    'harness/systems',
  ],
  ['harness/library'],
  ['harness/plans'],
  ['harness/runner'],
  ['harness/page'],
  ['harness/spec.ts'],
  ['harness/index.ts', 'harness/environments.ts', 'harness/proxy.ts', 'harness/mocha.ts'],
  ['reference-impl'],
  ['scenarios'],
  ['harness/cli'],
  ['test'],
];
const withNode = [
  'cleanup',
  'host',
  'proxy',
  'links',
  'namespaces',
  'disks',
  'realtime',
  'processes',
  'containers',
  'attached',
  'systems',
  'library',
  'report',
  'cli',
].map((f) => `^harness/${f}/`);

// What judges, and what judges may read of the reference cluster.
const judges =
  '^reference-impl/[^/]+/(promise\\.ts$|scenario\\.ts$|sometimes\\.ts$|judge/|scenarios/)';
const observed = '^reference-impl/([^/]+/observations|mode/matrix|mode/member|mode/on)\\.ts$';

const upward = layers.flatMap((folders, i) =>
  folders.map((folder) => ({
    name: `layer-${folder.replaceAll('/', '-')}`,
    comment: `${folder} imports its own folder and layers below it`,
    severity: 'error',
    from: { path: `^${folder}(/|$)` },
    to: {
      path: '^(harness|reference-impl|scenarios|test)/',
      pathNot: [folder, ...layers.slice(0, i).flat()].map((f) => `^${f}(/|$)`),
    },
  })),
);

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: '^harness/core/' },
      to: { pathNot: '^harness/core/' },
    },
    {
      name: 'node-modules-of-node-only-at-the-edge',
      comment: 'node: modules belong to the real host, the environments and the command line',
      severity: 'error',
      from: {
        path: '^(harness|reference-impl|scenarios)/',
        pathNot: [
          ...withNode,
          '^reference-impl/(main\\.ts$|dns-server/|consul-api/)',
          '^harness/mocha\\.ts$',
        ],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'machines-use-core-only',
      severity: 'error',
      from: {
        path: '^reference-impl/',
        pathNot: [
          '^reference-impl/(main|system|mechanism)\\.ts$',
          '^reference-impl/(ads|http|metrics|dns-server|eureka-api|consul-api)/',
          judges,
        ],
      },
      to: { path: '^harness/', pathNot: '^harness/core/' },
    },
    {
      name: 'judges-see-what-was-observed-only',
      comment:
        'a promise or a story that imports the machine would agree with it by being the same code; it reads observations, data and harness/spec.ts',
      severity: 'error',
      from: { path: judges },
      to: {
        path: '^(harness|reference-impl)/',
        pathNot: ['^harness/spec\\.ts$', judges, observed],
      },
    },
    {
      name: 'reference-is-one-more-system',
      severity: 'error',
      from: { path: '^(harness|scenarios)/', pathNot: '^harness/cli/' },
      to: { path: '^reference-impl/' },
    },
    {
      name: 'scenarios-through-the-index',
      severity: 'error',
      from: { path: '^scenarios/' },
      to: { path: '^harness/', pathNot: '^harness/index\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
