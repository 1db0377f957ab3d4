import { Catch, type RpcExceptionFilter } from '@nestjs/common';
import { throwError, type Observable } from 'rxjs';

/**
 * Hands what a consumer throws back to the transport as it is, which decides by it whether the message comes again. Nest
 * by itself puts "Internal server error" in its place. What `named` makes of it comes first: a driver's error may be an
 * outage that only the application knows by sight.
 */
@Catch()
export class HandBackErrors implements RpcExceptionFilter {
  constructor(private readonly named: (error: unknown) => unknown = (error) => error) {}

  catch(error: unknown): Observable<never> {
    return throwError(() => this.named(error));
  }
}
