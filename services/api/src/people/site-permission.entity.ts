import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A permission that an operator made, for rules of the site: `site:oncall`. */
@Entity('site_permissions')
export class SitePermission {
  @PrimaryColumn('text')
  name!: string;

  @Column('text')
  description!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: Date;

  @Column('text', { name: 'created_by' })
  createdBy!: string;
}
