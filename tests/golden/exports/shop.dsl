workspace "Service boundaries" {
  model {
    monolith = softwareSystem "Monolith" {
      service_billing = container "billing" "payments" "database" "service"
      service_catalog = container "catalog" "products" "database" "service"
      service_identity = container "identity" "sessions, users" "database" "service"
      service_ordering = container "ordering" "order_lines, orders" "database" "service"
      infrastructure_infrastructure = container "infrastructure tables" "schema_migrations" "database" "infrastructure"
      shared_shared = container "shared tables" "countries" "database" "shared"
    }
    service_billing -> service_ordering "25 joins (join)" "" "join"
    service_billing -> service_ordering "1 key (reference, undeclared)" "" "reference"
    service_billing -> service_ordering "40 tx (transaction)" "" "transaction"
    service_identity -> service_ordering "75 joins (join)" "" "join"
    service_ordering -> service_catalog "1 key (reference)" "" "reference"
    service_ordering -> service_identity "1 key (reference)" "" "reference"
  }
  views {
    container monolith "services" {
      include *
      autolayout lr
    }
  }
}
