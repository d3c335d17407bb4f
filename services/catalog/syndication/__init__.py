"""What the catalogue tells other sites: a map of its pages, all goods for Google Merchant, new goods as news."""
