import { Icon } from './icon.js'

interface Person {
  readonly name: string
  readonly email: string
  readonly phone_number?: string | null | undefined
}

/** Whom to ask: only what is known of them. */
export function Contact({ person, subject }: { person: Person; subject?: string }) {
  const { name, email, phone_number: phone } = person
  const query = subject ? `?subject=${encodeURIComponent(subject)}` : ''
  return (
    <address className="contact">
      <span className="contact-name">
        <bdi>{name}</bdi>
      </span>
      {email && (
        <a href={`mailto:${email}${query}`}>
          <Icon name="mail" />
          <bdi>{email}</bdi>
        </a>
      )}
      {phone && (
        <a href={`tel:${phone.replace(/[^+\d]/g, '')}`}>
          <Icon name="telephone" />
          <bdi>{phone}</bdi>
        </a>
      )}
    </address>
  )
}
