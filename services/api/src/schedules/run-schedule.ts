/** To have schedules; who loses it has them fire no more. */
export const ownSchedules = 'chasqui:own-schedules';
/** To see those of others, and stop them. */
export const manageSchedules = 'chasqui:manage-schedules';

/** The schedule that a run came from, as it stands in the run's row and above its answers. */
export interface RunSchedule {
  readonly id: string;
  readonly name: string;
  /** Whoever made it: a user name. */
  readonly of: string;
  /** When it was to be, in milliseconds since the epoch. */
  readonly dueAt: number;
  readonly zone: string;
  /** It was missed, and made up for. */
  readonly late?: true;
  /** Somebody asked for it now, whatever its timetable says. */
  readonly byHand?: true;
}
