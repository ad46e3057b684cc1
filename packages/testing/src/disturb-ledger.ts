import { Client } from 'pg';

/** Ends what was done to the ledger. */
export type Mend = () => Promise<void>;

/** Refuses every new and changed row of the database with what PostgreSQL says when the disk is full. */
export async function fillDisk(url: string): Promise<Mend> {
  await runStatements(url, [
    `create function no_room() returns trigger language plpgsql as $$ begin
       raise exception 'could not extend file "base/16384/16400": No space left on device' using errcode = 'disk_full';
     end $$`,
    `do $$ declare found regclass; begin
       for found in select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
         execute format('create trigger full_disk before insert or update on %s execute function no_room()', found);
       end loop;
     end $$`,
  ]);
  return () => runStatements(url, ['drop function no_room() cascade']);
}

/** Lets nobody write any more, as after a failover to a standby, or as hosts do when the disk is full; who is connected is thrown out. */
export async function makeReadOnly(url: string): Promise<Mend> {
  const database = nameOf(url);
  await runStatements(url, [`alter database ${database} set default_transaction_read_only = on`]);
  await throwOut(url);
  return async () => {
    const open = new URL(url);
    open.searchParams.set('options', '-c default_transaction_read_only=off');
    await runStatements(open.href, [`alter database ${database} reset default_transaction_read_only`]);
    await throwOut(open.href);
  };
}

/** Breaks every connection to the database, as a restart of the server does. */
export async function throwOut(url: string): Promise<void> {
  await runStatements(url, [
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  ]);
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** Runs statements one after the other, outside of any transaction of ours. */
export async function runStatements(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
