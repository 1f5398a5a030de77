import { Component, type ReactNode } from 'react'

interface FailureBoundaryProps {
  readonly fallback: ReactNode
  readonly children: ReactNode
}

/** Catches what a screen throws, above all a part of the page that could not be loaded. */
export class FailureBoundary extends Component<FailureBoundaryProps, { hasFailed: boolean }> {
  override state = { hasFailed: false }

  static getDerivedStateFromError() {
    return { hasFailed: true }
  }

  override render() {
    return this.state.hasFailed ? this.props.fallback : this.props.children
  }
}
