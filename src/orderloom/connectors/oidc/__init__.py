"""OpenID Connect: people sign in where their company knows them."""
