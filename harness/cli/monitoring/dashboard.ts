/** A dashboard for Grafana over what nodes tell at `GET /metrics`: plain JSON, to be imported. */

interface Panel {
  readonly title: string;
  readonly unit: string;
  readonly queries: readonly (readonly [expr: string, legend: string])[];
}

const panels: readonly Panel[] = [
  {
    title: 'Who leads, and in which term',
    unit: 'none',
    queries: [
      ['antlion_leading_term > 0', '{{instance}} leads'],
      ['max(antlion_term)', 'newest term'],
    ],
  },
  {
    title: 'Leader changes a minute',
    unit: 'none',
    queries: [['sum(increase(antlion_leader_changes_total[1m]))', 'changes']],
  },
  {
    title: 'Mode: 0 target, 1 degraded, 2 floor, 3 recovery',
    unit: 'none',
    queries: [['antlion_mode', '{{instance}}']],
  },
  {
    title: 'Members, as each node takes them',
    unit: 'none',
    queries: [
      ['antlion_members{status="suspect"}', '{{instance}}: suspect'],
      ['antlion_members{status="dead"}', '{{instance}}: dead'],
    ],
  },
  {
    title: 'Configuration: how far copies are apart',
    unit: 'none',
    queries: [
      [
        'max by (key) (antlion_config_revision) - min by (key) (antlion_config_revision)',
        '{{key}}',
      ],
    ],
  },
  {
    title: 'Circuits: 0 closed, 1 half open, 2 open',
    unit: 'none',
    queries: [['antlion_circuit_state', '{{instance}} → {{service}}']],
  },
  {
    title: 'Calls a second, by how they ended',
    unit: 'reqps',
    queries: [
      ['sum by (service, outcome) (rate(antlion_calls_total[1m]))', '{{service}} {{outcome}}'],
    ],
  },
  {
    title: 'Coordination, messages a second',
    unit: 'ops',
    queries: [
      ['sum by (mechanism) (rate(antlion_coordination_messages_total[1m]))', '{{mechanism}}'],
    ],
  },
  {
    title: 'Coordination, bytes a second',
    unit: 'Bps',
    queries: [['sum by (mechanism) (rate(antlion_coordination_bytes_total[1m]))', '{{mechanism}}']],
  },
];

const source = { type: 'prometheus', uid: '${source}' };

export function dashboard(): string {
  const variable = {
    name: 'source',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
  };
  const all = {
    title: 'antlion: reference cluster',
    uid: 'antlion',
    schemaVersion: 38,
    refresh: '10s',
    time: { from: 'now-15m', to: 'now' },
    templating: { list: [variable] },
    panels: panels.map(panel),
  };
  return `${JSON.stringify(all, null, 2)}\n`;
}

function panel({ title, unit, queries }: Panel, i: number): object {
  return {
    id: i + 1,
    type: 'timeseries',
    title,
    datasource: source,
    gridPos: { x: (i % 3) * 8, y: Math.floor(i / 3) * 8, w: 8, h: 8 },
    fieldConfig: { defaults: { unit }, overrides: [] },
    targets: queries.map(([expr, legendFormat], n) => ({
      refId: String.fromCharCode(65 + n),
      datasource: source,
      expr,
      legendFormat,
    })),
  };
}
