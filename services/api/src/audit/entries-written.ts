/**
 * SQL that writes entries and puts their ids among those to be sealed: two members of a `with`, so that what is done and what is said of it
 * are one statement, and so one transaction and one round trip.
 * @param rows SQL that selects id, at, kind, about, step, content
 */
export function entriesWritten(rows: string): string {
  return `audited as (
     insert into audit_entries (id, at, kind, about, step, content) ${rows} returning id
   ), to_seal as (
     insert into audit_unsealed select id from audited
   )`;
}

/** The rows of a parameter that `entriesJson` made, as `a`. */
export function entriesIn(parameter: string): string {
  return `jsonb_to_recordset(${parameter}::jsonb) as a(id uuid, at timestamptz, kind text, about uuid, step int, content jsonb)`;
}
