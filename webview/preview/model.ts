import type { DerivedContents, DerivedKind, PreviewWord } from '../../src/protocol/preview';

/** What a preview shows, as data: page.ts draws it. */

export type Cell = string | number;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Groups of bars beside each other, one for each label. */
export interface Columns {
  readonly labels: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** Written after a value. */
  readonly unit: string;
}

/** Points over time. */
export interface Scatter {
  /** Unix seconds. */
  readonly times: readonly number[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly least: number;
  readonly most: number;
  /** Marks on the value axis. */
  readonly marks: readonly { readonly value: number; readonly label: string }[];
}

export interface Section {
  readonly title: string;
  readonly facts?: readonly (readonly [label: string, value: string])[];
  readonly columns?: Columns;
  readonly scatter?: Scatter;
  readonly table?: Table;
}

export type Say = (word: PreviewWord) => string;
type Sections = { readonly [Kind in DerivedKind]: (content: DerivedContents[Kind], say: Say) => readonly Section[] };

/** The sections of a file's preview. @throws TypeError when the content is not of its kind */
export function sectionsOf<Kind extends DerivedKind>(kind: Kind, content: DerivedContents[Kind], say: Say): readonly Section[] {
  return SECTIONS[kind](content, say);
}

const DAY_MINUTES = 1440;
const OPENS = 18 * 60;
/** Minutes since 18:00 of `HH:MM`. */
const minuteOf = (clock: string): number => (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)) - OPENS + DAY_MINUTES) % DAY_MINUTES;
const CLOCK_MARKS = [0, 360, 720, 1080, 1440].map((value) => ({ value, label: `${String(((value + OPENS) / 60) % 24).padStart(2, '0')}:00` }));

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.round((part / whole) * 1000) / 10);
const span = (dates: readonly string[], say: Say): [string, string][] => [
  [say('Days'), dates.length.toLocaleString('en-US')],
  ...(dates.length === 0 ? [] : ([[say('First day'), dates[0]!], [say('Last day'), dates.at(-1)!]] as [string, string][])),
];
const newestFirst = <T>(records: readonly T[]): T[] => [...records].reverse();
const SESSIONS = ['Asia', 'London', 'NY1', 'NY2'] as const;
const STATUSES = ['Long True', 'Long False', 'Short True', 'Short False', 'None'] as const;

const SECTIONS: Sections = {
  daily_hod_lod(content, say) {
    const days = Object.entries(content);
    const scatter: Scatter = {
      times: days.map(([date]) => Date.parse(date) / 1000),
      series: [
        { name: say('High'), values: days.map(([, day]) => minuteOf(day.hod_time)) },
        { name: say('Low'), values: days.map(([, day]) => minuteOf(day.lod_time)) },
      ],
      least: 0,
      most: DAY_MINUTES,
      marks: CLOCK_MARKS,
    };
    return [
      { title: say('When extremes are reached'), facts: span(days.map(([date]) => date), say), scatter },
      {
        title: say('Newest first'),
        table: {
          columns: [say('Date'), say('Open'), say('High'), say('Time'), say('Low'), say('Time'), say('Range')],
          rows: newestFirst(days).map(([date, day]) => [date, day.daily_open, day.daily_high, day.hod_time, day.daily_low, day.lod_time, cents(day.daily_high - day.daily_low)]),
        },
      },
    ];
  },

  profiler(content, say) {
    const of = (session: string): typeof content => content.filter((record) => record.session === session);
    const share = (session: string, test: (record: (typeof content)[number]) => boolean): number => percent(of(session).filter(test).length, of(session).length);
    return [
      {
        title: say('How each session ended'),
        facts: [[say('Sessions'), content.length.toLocaleString('en-US')], ...span([...new Set(content.map(({ date }) => date))], say)],
        columns: { labels: SESSIONS, unit: '%', series: STATUSES.map((status) => ({ name: status, values: SESSIONS.map((session) => share(session, (record) => record.status === status)) })) },
      },
      { title: say('Broken'), columns: { labels: SESSIONS.slice(0, 3), unit: '%', series: [{ name: say('Broken'), values: SESSIONS.slice(0, 3).map((session) => share(session, ({ broken }) => broken)) }] } },
      {
        title: say('Newest first'),
        table: {
          columns: [say('Date'), say('Session'), say('Open'), say('High'), say('Low'), say('Middle'), say('Status'), say('Time'), say('Broken')],
          rows: newestFirst(content).map((each) => [each.date, each.session, each.open, each.range_high, each.range_low, each.mid, each.status, each.status_time?.slice(11, 16) ?? '', each.broken_time ?? say('no')]),
        },
      },
    ];
  },

  level_touches(content, say) {
    const days = Object.entries(content);
    const levels = [...new Set(days.slice(-50).flatMap(([, day]) => Object.keys(day)))];
    const share = (level: string): number => {
      const with_ = days.filter(([, day]) => day[level] !== undefined);
      return percent(with_.filter(([, day]) => day[level]!.touched).length, with_.length);
    };
    return [
      { title: say('Share of days touched'), facts: span(days.map(([date]) => date), say), columns: { labels: levels, unit: '%', series: [{ name: say('Touched'), values: levels.map(share) }] } },
      {
        title: say('Newest first'),
        table: {
          columns: [say('Date'), say('Level'), say('Price'), say('Touches'), say('First'), say('Time')],
          rows: newestFirst(days).flatMap(([date, day]) => Object.entries(day).map(([name, { level, touch_times: times }]) => [date, name, level, times.length, times[0] ?? '', few(times)])),
        },
      },
    ];
  },

  hod_lod(content, say) {
    return [{ name: say('Day'), spread: content.day }, ...SESSIONS.map((name) => ({ name, spread: content.sessions[name] }))].map(({ name, spread: { high, low } }) => {
      const hours = [...new Set([...high.histogram, ...low.histogram].map(({ hour }) => hour))].sort((a, b) => minuteOf(`${a}:00`) - minuteOf(`${b}:00`));
      const counts = (histogram: typeof high.histogram): number[] => hours.map((hour) => histogram.find((each) => each.hour === hour)?.count ?? 0);
      return {
        title: name,
        table: { columns: [say('Mark'), say('Median'), say('Most frequent'), say('Count')], rows: ([[say('High'), high], [say('Low'), low]] as const).map(([label, spread]) => [label, spread.median ?? '', spread.mode ?? '', spread.count]) },
        columns: { labels: hours, unit: '', series: [{ name: say('High'), values: counts(high.histogram) }, { name: say('Low'), values: counts(low.histogram) }] },
      };
    });
  },

  range_dist(content, say) {
    const parts = [{ name: say('Day'), spread: content.day }, ...SESSIONS.map((name) => ({ name, spread: content.sessions[name] }))];
    return parts.map(({ name, spread }) => {
      const kinds = [[say('High'), spread.high], [say('Low'), spread.low], [say('Range'), spread.range]] as const;
      const tenths = kinds.flatMap(([, { buckets }]) => buckets.map(({ from: value }) => Math.round(value * 10)));
      const [least, most] = tenths.reduce(([low, high], tenth) => [Math.min(low, tenth), Math.max(high, tenth)], [Infinity, -Infinity]);
      const from = Array.from({ length: Math.max(0, most - least + 1) || 0 }, (_, at) => (least + at) / 10);
      return {
        title: `${name} · ${say('Percent of the open')}`,
        facts: [[say('Count'), spread.range.count.toLocaleString('en-US')]] as const,
        columns: { labels: from.map((value) => `${value} %`), unit: '', series: kinds.map(([label, { buckets }]) => ({ name: label, values: from.map((value) => buckets.find((bucket) => bucket.from === value)?.count ?? 0) })) },
      };
    });
  },

  opening_range(content, say) {
    const most = content.reduce((highest, { range_pct: value }) => Math.max(highest, value), 0);
    const marks = [0, most / 2, most].map((value) => ({ value, label: `${value.toFixed(2)} %` }));
    return [
      {
        title: say('Range of the first minute'),
        facts: span(content.map(({ date }) => date), say),
        scatter: { times: content.map(({ timestamp }) => timestamp), series: [{ name: say('Percent of the open'), values: content.map(({ range_pct: value }) => value) }], least: 0, most: most || 1, marks },
      },
      {
        title: say('Newest first'),
        table: { columns: [say('Date'), say('Open'), say('High'), say('Low'), say('Close'), say('Range'), '%'], rows: newestFirst(content).map((day) => [day.date, day.open, day.high, day.low, day.close, day.range_pts, day.range_pct]) },
      },
    ];
  },

  sessions(content, say) {
    return [{
      title: say('Newest first'),
      facts: span([...new Set(content.map(({ date }) => date))], say),
      table: {
        columns: [say('Date'), say('Mark'), say('From'), say('To'), say('High'), say('Low'), say('Middle'), say('Price')],
        rows: newestFirst(content).map((mark) => [mark.date, mark.session, clock(mark.start_time), clock(mark.end_time), ...('price' in mark ? ['', '', '', mark.price] : [mark.high, mark.low, mark.mid, ''])]),
      },
    }];
  },

  chunks(content, say) {
    const moment = (seconds: number | null): string => (seconds === null ? '' : `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`);
    return [{
      title: `${content.ticker} ${content.timeframe}`,
      facts: [[say('Bars'), content.totalBars.toLocaleString('en-US')], [say('Chunks'), String(content.numChunks)], [say('From'), moment(content.startTime)], [say('To'), moment(content.endTime)]],
      table: { columns: [say('Chunk'), say('From'), say('To'), say('Bars')], rows: content.chunks.map((chunk) => [chunk.index, moment(chunk.startTime), moment(chunk.endTime), chunk.bars]) },
    }];
  },
};

/** At the precision the files have. */
const cents = (value: number): number => Math.round(value * 100) / 100;
const clock = (iso: string): string => iso.slice(11, 16);
const few = (times: readonly string[]): string => (times.length <= 6 ? times.join(' ') : `${times.slice(0, 6).join(' ')} …`);
