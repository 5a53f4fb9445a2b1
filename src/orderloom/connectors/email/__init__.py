"""E-mail 邮件: an account at any SMTP server."""
