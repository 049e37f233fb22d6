import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a Prometheus would have read of one program; undefined: nothing, it did not answer. */
export type Page = string | undefined;

/** Both programs at one moment, by job. */
export type Pages = ReadonlyMap<string, Page>;

/** So many minutes of the same. */
export interface Stretch {
  readonly pages: Pages;
  readonly minutes: number;
}

/**
 * Which of our alerts fire at the end of that time, as Prometheus' own promtool
 * judges the shipped rules.
 *
 * @returns undefined where there is no promtool here.
 */
export function firing(stretches: readonly Stretch[]): readonly string[] | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'vaxel-alerts-'));
  try {
    copyFileSync('docs/monitoring/alerts.yml', join(folder, 'alerts.yml'));
    const minutes = stretches.reduce((sum, stretch) => sum + stretch.minutes, 0);
    const test = {
      rule_files: ['alerts.yml'],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: seriesOf(stretches),
          promql_expr_test: [
            {
              expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
              eval_time: `${minutes - 1}m`,
              // Never so: what there is instead is what it complains of.
              exp_samples: [{ labels: '{alertname="none of these"}', value: 1 }],
            },
          ],
        },
      ],
    };
    writeFileSync(join(folder, 'test.yml'), JSON.stringify(test));
    const judged = spawnSync('promtool', ['test', 'rules', 'test.yml'], {
      cwd: folder,
      encoding: 'utf8',
    });
    if (judged.error !== undefined) return undefined;
    const said = judged.stdout + judged.stderr;
    const got = /got:(.*)/s.exec(said)?.[1];
    if (got === undefined) throw new Error(`promtool did not judge: ${said}`);
    return [...got.matchAll(/alertname="(Vaxel\w+)"/g)].map(([, name = '']) => name).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function seriesOf(stretches: readonly Stretch[]) {
  const jobs = [...new Set(stretches.flatMap(({ pages }) => [...pages.keys()]))];
  return jobs.flatMap((job) => {
    const read = stretches.map(({ pages, minutes }) => ({
      minutes,
      samples: samplesOf(job, pages.get(job)),
    }));
    const names = [...new Set(read.flatMap(({ samples }) => [...samples.keys()]))];
    return names.map((series) => ({
      series,
      values: read
        .map(({ minutes, samples }) => {
          const value = samples.get(series);
          return value === undefined ? `_x${minutes}` : `${value}+0x${minutes - 1}`;
        })
        .join(' '),
    }));
  });
}

/** `name{labels}` with its job → value. */
function samplesOf(job: string, page: Page): ReadonlyMap<string, string> {
  const samples = new Map([[`up{job="${job}"}`, page === undefined ? '0' : '1']]);
  for (const [, name = '', labels = '', value = ''] of (page ?? '').matchAll(
    /^([a-z_]+)(?:\{(.*)\})? (\S+)$/gm,
  )) {
    const more = labels === '' ? '' : `,${labels}`;
    samples.set(`${name}{job="${job}"${more}}`, value);
  }
  return samples;
}
