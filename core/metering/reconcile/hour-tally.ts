import type { Finding, ReconciledHour } from './reconciled-hour.ts';

const findingsMax = 50;

type Count = 'answered' | 'events' | 'missing' | 'doubled' | 'voided' | 'repeatable' | 'unconfirmed';

/** Counts what was found of an hour. */
export class HourTally {
  readonly #counts: Record<Count, number> = {
    answered: 0,
    events: 0,
    missing: 0,
    doubled: 0,
    voided: 0,
    repeatable: 0,
    unconfirmed: 0,
  };
  readonly #findings: Finding[] = [];

  add(count: Count, by = 1): void {
    this.#counts[count] += by;
  }

  find(finding: Finding): void {
    this.add(finding.kind);
    if (this.#findings.length < findingsMax) this.#findings.push(finding);
  }

  result(hour: string, tenant: string | undefined, at: Date, open: boolean): ReconciledHour {
    const { answered, missing, doubled } = this.#counts;
    return {
      hour,
      ...(tenant === undefined ? {} : { tenant }),
      ...this.#counts,
      driftPpm: Math.ceil(((missing + doubled) * 1_000_000) / Math.max(1, answered)),
      reconciledAt: at.toISOString(),
      ...(open ? { open } : {}),
      findings: this.#findings,
    };
  }
}
