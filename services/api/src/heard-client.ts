import pg from 'pg';

/**
 * A connection to the database of which somebody always hears that it broke. Between the pool, which hands it out, and TypeORM, which takes it, nobody
 * listens for an instant; if what comes in at once says that it is ready and that the database ends it, that error would end this process. What is
 * asked over such a connection next fails by itself, as over any that broke, and the pool takes it back no more.
 */
export class HeardClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
