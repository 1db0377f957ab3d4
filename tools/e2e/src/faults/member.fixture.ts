import { renameSync, writeFileSync } from 'node:fs';
import { startService, type Service } from '../service.fixture.js';
import { until } from '../until.fixture.js';
import { steps, type Step } from './steps.fixture.js';
import { forgetTimeShift, timeShift } from './time-shift.fixture.js';
import type { Way } from './way.fixture.js';

export type Kind = 'api' | 'relay' | 'adapter';

export interface MemberParts {
  readonly name: string;
  readonly kind: Kind;
  readonly program: string;
  readonly environment: Record<string, string>;
  /** Where its REST is, if it is an API. */
  readonly url?: string;
  /** What it says once it is of use. */
  readonly ready: string;
  /** To each of the brokers. */
  readonly brokers: readonly Way[];
  /** To the database, where it has one. */
  readonly database?: Way;
  /** A file that says how far its clock is off. */
  readonly clock: string;
}

/** One of the processes that faults befall: each way to do it harm, and the way back. */
export class Member {
  #service: Service | undefined;
  #frozen = false;
  #ending = false;
  #log = '';
  readonly #lines: string[] = [];
  #ended: number | NodeJS.Signals | undefined;
  /** How it ended where nobody had ended it. */
  readonly fell: string[] = [];

  /** @param onStep told of each step that its log tells of, and of which run */
  constructor(
    readonly parts: MemberParts,
    private readonly onStep: (step: Step, runId: string, member: Member) => void,
  ) {
    this.setClock(0);
  }

  get name(): string {
    return this.parts.name;
  }

  get kind(): Kind {
    return this.parts.kind;
  }

  get runs(): boolean {
    return this.#service !== undefined;
  }

  /** All that it ever wrote, in all its lives. */
  get log(): string {
    return this.#log + (this.#service?.log() ?? '');
  }

  /** How it is at this moment, in a sentence, for whoever looks for what went wrong. */
  get condition(): string {
    const { name } = this;
    if (!this.#service) return `${name} does not run, and nobody started it again`;
    if (this.#ended !== undefined) return `${name} is over: ${this.#ended}`;
    return `${name} runs (pid ${this.#service.process.pid})${this.#frozen ? ' and stands still' : ''}${this.#ending ? ' and is being ended' : ''}`;
  }

  /** What it wrote since this was asked before, in whole lines. */
  newLines(): string[] {
    return this.#lines.splice(0);
  }

  start(): void {
    if (this.#service) throw new Error(`it cannot be started: ${this.condition}`);
    const { program, environment, clock } = this.parts;
    const service = startService(program, { ...environment, ...timeShift(clock) });
    this.#service = service;
    this.#ended = undefined;
    void service.ended.then((how) => {
      forgetTimeShift(service.process.pid!);
      if (this.#service !== service) return;
      this.#ended = how;
      if (!this.#ending)
        this.fell.push(`${this.name} ended by itself: ${how}; it wrote last:\n${service.log().slice(-3000)}`);
    });
    let rest = '';
    service.process.stdout!.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) this.#read(line);
    });
  }

  /** Resolves once it is of use: within two minutes, or it throws with the end of its log; at once where it has ended by itself. */
  async ready(): Promise<void> {
    const says = () => this.#service?.log().includes(this.parts.ready);
    await until(() => this.#ended !== undefined || says(), 120_000).catch(() => undefined);
    if (this.#ended !== undefined) throw new Error(`it will not be ready: ${this.condition}`);
    if (!says()) throw new Error(`not ready after two minutes: ${this.condition}\n${this.log.slice(-3000)}`);
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const service = this.#service;
    if (!service) return;
    this.#ending = true;
    this.thaw();
    await (signal === 'SIGKILL' ? service.kill('SIGKILL') : service.stop());
    if (this.#service !== service) return;
    this.#log += service.log();
    this.#service = undefined;
    this.#ending = false;
  }

  freeze(): void {
    this.#frozen = this.#service?.process.kill('SIGSTOP') ?? false;
  }

  thaw(): void {
    if (this.#frozen) this.#service?.process.kill('SIGCONT');
    this.#frozen = false;
  }

  /** Its clock goes so many seconds ahead, from now on; it is behind where they are negative. */
  setClock(seconds: number): void {
    const { clock } = this.parts;
    // Whole or not at all, for it is read at any time.
    writeFileSync(`${clock}.new`, `${seconds < 0 ? '' : '+'}${seconds}`);
    renameSync(`${clock}.new`, clock);
  }

  #read(line: string): void {
    this.#lines.push(line);
    for (const { step, kind, text } of steps) {
      if (kind !== this.kind || !line.includes(text)) continue;
      const runId = /"runId":"([^"]+)"/.exec(line)?.[1];
      if (runId !== undefined) this.onStep(step, runId, this);
    }
  }
}
