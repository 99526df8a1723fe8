-- The shop: schema for sqlite. Written by build_schema.py from schema.txt.

CREATE TABLE countries ( -- ISO 3166 countries the shop delivers to
  code CHAR(2) NOT NULL,
  name VARCHAR(80) NOT NULL,
  eu_member SMALLINT NOT NULL DEFAULT 0,
  PRIMARY KEY (code)
);

CREATE TABLE currencies ( -- ISO 4217 currencies
  code CHAR(3) NOT NULL,
  name VARCHAR(40) NOT NULL,
  minor_units SMALLINT NOT NULL DEFAULT 2,
  PRIMARY KEY (code)
);

CREATE TABLE tax_rates ( -- Value added tax by country and class
  id INTEGER PRIMARY KEY,
  country_code CHAR(2) NOT NULL,
  tax_class VARCHAR(20) NOT NULL,
  rate NUMERIC(5,2) NOT NULL,
  UNIQUE (country_code, tax_class),
  CONSTRAINT fk_tax_rates_country_code FOREIGN KEY (country_code) REFERENCES countries (code) ON UPDATE CASCADE
);

CREATE TABLE carriers ( -- Parcel services the warehouse hands over to
  id INTEGER PRIMARY KEY,
  name VARCHAR(60) NOT NULL UNIQUE,
  tracking_url VARCHAR(200) NOT NULL
);

CREATE TABLE schema_migrations ( -- Versions applied by the migration tool
  version VARCHAR(20) NOT NULL,
  applied_at TIMESTAMP NOT NULL,
  PRIMARY KEY (version)
);

CREATE TABLE app_settings ( -- Switches and limits read on every request
  name VARCHAR(60) NOT NULL,
  setting VARCHAR(200) NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE background_jobs ( -- Queue polled by the workers
  id INTEGER PRIMARY KEY,
  queue VARCHAR(40) NOT NULL,
  job_class VARCHAR(80) NOT NULL,
  payload TEXT NOT NULL,
  status VARCHAR(20) NOT NULL DEFAULT 'queued',
  attempts SMALLINT NOT NULL DEFAULT 0,
  user_id INTEGER, -- user on whose behalf the job runs, no key since 2014
  run_at TIMESTAMP NOT NULL,
  finished_at TIMESTAMP
);
CREATE INDEX ix_background_jobs_status ON background_jobs (status);
CREATE INDEX ix_background_jobs_user_id ON background_jobs (user_id);

CREATE TABLE audit_log ( -- Who did what, written by the admin screens
  id INTEGER PRIMARY KEY,
  actor_id INTEGER,
  action VARCHAR(60) NOT NULL,
  subject_type VARCHAR(40) NOT NULL,
  subject_id INTEGER NOT NULL,
  details TEXT,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_audit_log_actor_id ON audit_log (actor_id);

CREATE TABLE users ( -- Everybody with an account, customers and staff alike
  id INTEGER PRIMARY KEY,
  email VARCHAR(190) NOT NULL UNIQUE,
  password_hash VARCHAR(100) NOT NULL,
  password_changed_at TIMESTAMP,
  email_verified_at TIMESTAMP,
  last_login_at TIMESTAMP,
  failed_logins SMALLINT NOT NULL DEFAULT 0,
  locked_until TIMESTAMP,
  two_factor_secret VARCHAR(64),
  is_staff SMALLINT NOT NULL DEFAULT 0,
  display_name VARCHAR(80) NOT NULL,
  first_name VARCHAR(60),
  last_name VARCHAR(60),
  avatar_url VARCHAR(200),
  birth_date DATE,
  phone VARCHAR(40),
  locale VARCHAR(10) NOT NULL DEFAULT 'en_GB', -- preference: language and formats
  time_zone VARCHAR(40) NOT NULL DEFAULT 'Europe/London',
  currency_code CHAR(3) NOT NULL DEFAULT 'EUR',
  newsletter_opt_in SMALLINT NOT NULL DEFAULT 0,
  sms_opt_in SMALLINT NOT NULL DEFAULT 0,
  theme VARCHAR(20) NOT NULL DEFAULT 'light',
  order_count INTEGER NOT NULL DEFAULT 0, -- maintained by checkout
  total_spent_cents BIGINT NOT NULL DEFAULT 0,
  loyalty_tier VARCHAR(20) NOT NULL DEFAULT 'basic',
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_users_currency_code FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX ix_users_currency_code ON users (currency_code);

CREATE TABLE user_sessions ( -- Signed-in browsers
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  token_hash VARCHAR(64) NOT NULL UNIQUE,
  ip_address VARCHAR(45) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_user_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_user_sessions_user_id ON user_sessions (user_id);

CREATE TABLE login_attempts ( -- Every attempt, good or bad
  id INTEGER PRIMARY KEY,
  user_id INTEGER,
  email_entered VARCHAR(190) NOT NULL,
  succeeded SMALLINT NOT NULL,
  attempted_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_login_attempts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX ix_login_attempts_user_id ON login_attempts (user_id);

CREATE TABLE password_resets ( -- Reset links sent by e-mail
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  token_hash VARCHAR(64) NOT NULL UNIQUE,
  requested_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP,
  CONSTRAINT fk_password_resets_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_password_resets_user_id ON password_resets (user_id);

CREATE TABLE email_verifications ( -- Double opt-in links
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  token_hash VARCHAR(64) NOT NULL UNIQUE,
  sent_at TIMESTAMP NOT NULL,
  confirmed_at TIMESTAMP,
  CONSTRAINT fk_email_verifications_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_email_verifications_user_id ON email_verifications (user_id);

CREATE TABLE user_roles ( -- Staff permissions
  user_id INTEGER NOT NULL,
  role VARCHAR(30) NOT NULL,
  granted_by INTEGER,
  granted_at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id, role),
  CONSTRAINT fk_user_roles_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_user_roles_granted_by FOREIGN KEY (granted_by) REFERENCES users (id)
);
CREATE INDEX ix_user_roles_granted_by ON user_roles (granted_by);

CREATE TABLE user_profiles ( -- What the public profile page shows
  user_id INTEGER NOT NULL,
  bio TEXT,
  website VARCHAR(200),
  company VARCHAR(80),
  visible SMALLINT NOT NULL DEFAULT 1,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id),
  CONSTRAINT fk_user_profiles_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE addresses ( -- Address book
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  label VARCHAR(40) NOT NULL,
  recipient VARCHAR(120) NOT NULL,
  street VARCHAR(120) NOT NULL,
  postcode VARCHAR(12) NOT NULL,
  city VARCHAR(80) NOT NULL,
  country_code CHAR(2) NOT NULL,
  is_default SMALLINT NOT NULL DEFAULT 0,
  CONSTRAINT fk_addresses_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_addresses_country_code FOREIGN KEY (country_code) REFERENCES countries (code) ON UPDATE CASCADE
);
CREATE INDEX ix_addresses_user_id ON addresses (user_id);
CREATE INDEX ix_addresses_country_code ON addresses (country_code);

CREATE TABLE loyalty_accounts ( -- Points account of a customer
  user_id INTEGER NOT NULL,
  points INTEGER NOT NULL DEFAULT 0,
  opened_at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id),
  CONSTRAINT fk_loyalty_accounts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE notification_subscriptions ( -- Which topics on which channel
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  topic VARCHAR(40) NOT NULL,
  channel VARCHAR(20) NOT NULL,
  enabled SMALLINT NOT NULL DEFAULT 1,
  UNIQUE (user_id, topic, channel),
  CONSTRAINT fk_notification_subscriptions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE notifications ( -- Messages in the bell menu and by e-mail
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  topic VARCHAR(40) NOT NULL,
  body TEXT NOT NULL,
  sent_at TIMESTAMP NOT NULL,
  read_at TIMESTAMP,
  CONSTRAINT fk_notifications_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_notifications_user_id ON notifications (user_id);

CREATE TABLE categories ( -- Tree of departments
  id INTEGER PRIMARY KEY,
  parent_id INTEGER,
  name VARCHAR(80) NOT NULL,
  slug VARCHAR(80) NOT NULL UNIQUE,
  CONSTRAINT fk_categories_parent_id FOREIGN KEY (parent_id) REFERENCES categories (id)
);
CREATE INDEX ix_categories_parent_id ON categories (parent_id);

CREATE TABLE user_preferences ( -- Settings beyond those kept in users
  user_id INTEGER NOT NULL,
  items_per_page SMALLINT NOT NULL DEFAULT 24,
  show_prices_net SMALLINT NOT NULL DEFAULT 0,
  favourite_category_id INTEGER,
  updated_at TIMESTAMP NOT NULL,
  PRIMARY KEY (user_id),
  CONSTRAINT fk_user_preferences_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_user_preferences_favourite_category_id FOREIGN KEY (favourite_category_id) REFERENCES categories (id) ON DELETE SET NULL
);
CREATE INDEX ix_user_preferences_favourite_category_id ON user_preferences (favourite_category_id);

CREATE TABLE products ( -- What the shop sells
  id INTEGER PRIMARY KEY,
  sku VARCHAR(40) NOT NULL UNIQUE,
  name VARCHAR(120) NOT NULL,
  description TEXT,
  active SMALLINT NOT NULL DEFAULT 1,
  tax_class VARCHAR(20) NOT NULL DEFAULT 'standard',
  created_by INTEGER,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_products_created_by FOREIGN KEY (created_by) REFERENCES users (id)
);
CREATE INDEX ix_products_created_by ON products (created_by);

CREATE TABLE product_variants ( -- Sizes and colours; what a price belongs to
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL,
  sku VARCHAR(40) NOT NULL UNIQUE,
  option_label VARCHAR(80) NOT NULL,
  price_cents BIGINT NOT NULL,
  currency_code CHAR(3) NOT NULL DEFAULT 'EUR',
  CONSTRAINT fk_product_variants_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
  CONSTRAINT fk_product_variants_currency_code FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX ix_product_variants_product_id ON product_variants (product_id);
CREATE INDEX ix_product_variants_currency_code ON product_variants (currency_code);

CREATE TABLE product_categories ( -- Which product stands in which department
  product_id INTEGER NOT NULL,
  category_id INTEGER NOT NULL,
  PRIMARY KEY (product_id, category_id),
  CONSTRAINT fk_product_categories_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
  CONSTRAINT fk_product_categories_category_id FOREIGN KEY (category_id) REFERENCES categories (id) ON DELETE CASCADE
);
CREATE INDEX ix_product_categories_category_id ON product_categories (category_id);

CREATE TABLE price_history ( -- Former prices, for the 30-day rule
  id INTEGER PRIMARY KEY,
  variant_id INTEGER NOT NULL,
  old_price_cents BIGINT,
  new_price_cents BIGINT NOT NULL,
  changed_by INTEGER, -- editor, kept after the account is gone
  changed_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_price_history_variant_id FOREIGN KEY (variant_id) REFERENCES product_variants (id) ON DELETE CASCADE
);
CREATE INDEX ix_price_history_changed_by ON price_history (changed_by);
CREATE INDEX ix_price_history_variant_id ON price_history (variant_id);

CREATE TABLE product_reviews ( -- Customers' opinions
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  stars SMALLINT NOT NULL,
  title VARCHAR(120) NOT NULL,
  body TEXT,
  helpful_count INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (product_id, user_id),
  CONSTRAINT fk_product_reviews_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE,
  CONSTRAINT fk_product_reviews_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_product_reviews_user_id ON product_reviews (user_id);

CREATE TABLE review_votes ( -- Was this review helpful
  id INTEGER PRIMARY KEY,
  review_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  helpful SMALLINT NOT NULL,
  voted_at TIMESTAMP NOT NULL,
  UNIQUE (review_id, user_id),
  CONSTRAINT fk_review_votes_review_id FOREIGN KEY (review_id) REFERENCES product_reviews (id) ON DELETE CASCADE,
  CONSTRAINT fk_review_votes_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_review_votes_user_id ON review_votes (user_id);

CREATE TABLE product_ratings ( -- Running totals, kept by a trigger
  product_id INTEGER NOT NULL,
  review_count INTEGER NOT NULL DEFAULT 0,
  star_sum INTEGER NOT NULL DEFAULT 0,
  helpful_votes INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (product_id),
  CONSTRAINT fk_product_ratings_product_id FOREIGN KEY (product_id) REFERENCES products (id) ON DELETE CASCADE
);

CREATE TABLE search_queries ( -- What people type into the search box
  id INTEGER PRIMARY KEY,
  user_id INTEGER, -- nobody, when not signed in
  terms VARCHAR(200) NOT NULL,
  hits INTEGER NOT NULL,
  searched_at TIMESTAMP NOT NULL
);
CREATE INDEX ix_search_queries_user_id ON search_queries (user_id);

CREATE TABLE wishlists ( -- One or more per customer
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  name VARCHAR(80) NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_wishlists_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_wishlists_user_id ON wishlists (user_id);

CREATE TABLE wishlist_items ( -- Wished variants
  wishlist_id INTEGER NOT NULL,
  variant_id INTEGER NOT NULL,
  added_at TIMESTAMP NOT NULL,
  PRIMARY KEY (wishlist_id, variant_id),
  CONSTRAINT fk_wishlist_items_wishlist_id FOREIGN KEY (wishlist_id) REFERENCES wishlists (id) ON DELETE CASCADE,
  CONSTRAINT fk_wishlist_items_variant_id FOREIGN KEY (variant_id) REFERENCES product_variants (id) ON DELETE CASCADE
);
CREATE INDEX ix_wishlist_items_variant_id ON wishlist_items (variant_id);

CREATE TABLE warehouses ( -- Places where goods lie
  id INTEGER PRIMARY KEY,
  name VARCHAR(60) NOT NULL UNIQUE,
  country_code CHAR(2) NOT NULL,
  CONSTRAINT fk_warehouses_country_code FOREIGN KEY (country_code) REFERENCES countries (code) ON UPDATE CASCADE
);
CREATE INDEX ix_warehouses_country_code ON warehouses (country_code);

CREATE TABLE suppliers ( -- Whom the shop buys from
  id INTEGER PRIMARY KEY,
  name VARCHAR(120) NOT NULL,
  email VARCHAR(190) NOT NULL,
  country_code CHAR(2) NOT NULL,
  CONSTRAINT fk_suppliers_country_code FOREIGN KEY (country_code) REFERENCES countries (code) ON UPDATE CASCADE
);
CREATE INDEX ix_suppliers_country_code ON suppliers (country_code);

CREATE TABLE stock_levels ( -- Quantity on hand by warehouse, kept by a trigger
  warehouse_id INTEGER NOT NULL,
  variant_id INTEGER NOT NULL,
  on_hand INTEGER NOT NULL DEFAULT 0,
  reserved INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (warehouse_id, variant_id),
  CONSTRAINT fk_stock_levels_warehouse_id FOREIGN KEY (warehouse_id) REFERENCES warehouses (id),
  CONSTRAINT fk_stock_levels_variant_id FOREIGN KEY (variant_id) REFERENCES product_variants (id)
);
CREATE INDEX ix_stock_levels_variant_id ON stock_levels (variant_id);

CREATE TABLE stock_movements ( -- Every change of stock
  id INTEGER PRIMARY KEY,
  warehouse_id INTEGER NOT NULL,
  variant_id INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  reason VARCHAR(30) NOT NULL,
  moved_by INTEGER,
  moved_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_stock_movements_warehouse_id FOREIGN KEY (warehouse_id) REFERENCES warehouses (id),
  CONSTRAINT fk_stock_movements_variant_id FOREIGN KEY (variant_id) REFERENCES product_variants (id)
);
CREATE INDEX ix_stock_movements_moved_by ON stock_movements (moved_by);
CREATE INDEX ix_stock_movements_warehouse_id ON stock_movements (warehouse_id);
CREATE INDEX ix_stock_movements_variant_id ON stock_movements (variant_id);

CREATE TABLE purchase_orders ( -- Orders to suppliers
  id INTEGER PRIMARY KEY,
  supplier_id INTEGER NOT NULL,
  status VARCHAR(20) NOT NULL,
  ordered_by INTEGER,
  ordered_at TIMESTAMP NOT NULL,
  received_at TIMESTAMP,
  CONSTRAINT fk_purchase_orders_supplier_id FOREIGN KEY (supplier_id) REFERENCES suppliers (id)
);
CREATE INDEX ix_purchase_orders_ordered_by ON purchase_orders (ordered_by);
CREATE INDEX ix_purchase_orders_supplier_id ON purchase_orders (supplier_id);

CREATE TABLE purchase_order_lines ( -- What was ordered from the supplier
  purchase_order_id INTEGER NOT NULL,
  line_no SMALLINT NOT NULL,
  variant_id INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  unit_cost_cents BIGINT NOT NULL,
  PRIMARY KEY (purchase_order_id, line_no),
  CONSTRAINT fk_purchase_order_lines_purchase_order_id FOREIGN KEY (purchase_order_id) REFERENCES purchase_orders (id) ON DELETE CASCADE,
  CONSTRAINT fk_purchase_order_lines_variant_id FOREIGN KEY (variant_id) REFERENCES product_variants (id)
);
CREATE INDEX ix_purchase_order_lines_variant_id ON purchase_order_lines (variant_id);

CREATE TABLE carts ( -- Open baskets
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  currency_code CHAR(3) NOT NULL DEFAULT 'EUR',
  status VARCHAR(20) NOT NULL DEFAULT 'open',
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_carts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
  CONSTRAINT fk_carts_currency_code FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX ix_carts_user_id ON carts (user_id);
CREATE INDEX ix_carts_currency_code ON carts (currency_code);

CREATE TABLE cart_items ( -- Lines of a basket
  cart_id INTEGER NOT NULL,
  line_no SMALLINT NOT NULL,
  variant_id INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  PRIMARY KEY (cart_id, line_no),
  UNIQUE (cart_id, variant_id),
  CONSTRAINT fk_cart_items_cart_id FOREIGN KEY (cart_id) REFERENCES carts (id) ON DELETE CASCADE,
  CONSTRAINT fk_cart_items_variant_id FOREIGN KEY (variant_id) REFERENCES product_variants (id)
);
CREATE INDEX ix_cart_items_variant_id ON cart_items (variant_id);

CREATE TABLE coupons ( -- Vouchers
  id INTEGER PRIMARY KEY,
  code VARCHAR(30) NOT NULL UNIQUE,
  percent_off SMALLINT NOT NULL,
  used_count INTEGER NOT NULL DEFAULT 0,
  valid_until TIMESTAMP NOT NULL
);

CREATE TABLE orders ( -- Placed orders
  id INTEGER PRIMARY KEY,
  order_number VARCHAR(20) NOT NULL UNIQUE,
  user_id INTEGER NOT NULL,
  status VARCHAR(20) NOT NULL DEFAULT 'placed',
  shipping_address_id INTEGER,
  currency_code CHAR(3) NOT NULL DEFAULT 'EUR',
  total_cents BIGINT NOT NULL DEFAULT 0,
  placed_at TIMESTAMP NOT NULL,
  note TEXT,
  CONSTRAINT fk_orders_user_id FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT fk_orders_shipping_address_id FOREIGN KEY (shipping_address_id) REFERENCES addresses (id),
  CONSTRAINT fk_orders_currency_code FOREIGN KEY (currency_code) REFERENCES currencies (code)
);
CREATE INDEX ix_orders_placed_at ON orders (placed_at);
CREATE INDEX ix_orders_user_id ON orders (user_id);
CREATE INDEX ix_orders_shipping_address_id ON orders (shipping_address_id);
CREATE INDEX ix_orders_currency_code ON orders (currency_code);

CREATE TABLE order_items ( -- Lines of an order
  order_id INTEGER NOT NULL,
  line_no SMALLINT NOT NULL,
  variant_id INTEGER NOT NULL,
  quantity INTEGER NOT NULL,
  unit_price_cents BIGINT NOT NULL,
  returned_quantity INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (order_id, line_no),
  CONSTRAINT fk_order_items_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT fk_order_items_variant_id FOREIGN KEY (variant_id) REFERENCES product_variants (id)
);
CREATE INDEX ix_order_items_variant_id ON order_items (variant_id);

CREATE TABLE order_status_history ( -- Written by a trigger on orders
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  old_status VARCHAR(20) NOT NULL,
  new_status VARCHAR(20) NOT NULL,
  changed_by INTEGER,
  changed_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_order_status_history_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT fk_order_status_history_changed_by FOREIGN KEY (changed_by) REFERENCES users (id)
);
CREATE INDEX ix_order_status_history_order_id ON order_status_history (order_id);
CREATE INDEX ix_order_status_history_changed_by ON order_status_history (changed_by);

CREATE TABLE coupon_redemptions ( -- Which order used which voucher
  id INTEGER PRIMARY KEY,
  coupon_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  redeemed_at TIMESTAMP NOT NULL,
  UNIQUE (coupon_id, user_id),
  CONSTRAINT fk_coupon_redemptions_coupon_id FOREIGN KEY (coupon_id) REFERENCES coupons (id),
  CONSTRAINT fk_coupon_redemptions_order_id FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE,
  CONSTRAINT fk_coupon_redemptions_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_coupon_redemptions_order_id ON coupon_redemptions (order_id);
CREATE INDEX ix_coupon_redemptions_user_id ON coupon_redemptions (user_id);

CREATE TABLE shipments ( -- Parcels
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  carrier_id INTEGER NOT NULL,
  warehouse_id INTEGER NOT NULL,
  tracking_code VARCHAR(40),
  status VARCHAR(20) NOT NULL,
  packed_by INTEGER,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_shipments_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT fk_shipments_carrier_id FOREIGN KEY (carrier_id) REFERENCES carriers (id),
  CONSTRAINT fk_shipments_warehouse_id FOREIGN KEY (warehouse_id) REFERENCES warehouses (id)
);
CREATE INDEX ix_shipments_packed_by ON shipments (packed_by);
CREATE INDEX ix_shipments_order_id ON shipments (order_id);
CREATE INDEX ix_shipments_carrier_id ON shipments (carrier_id);
CREATE INDEX ix_shipments_warehouse_id ON shipments (warehouse_id);

CREATE TABLE shipment_items ( -- What lies in which parcel
  shipment_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  line_no SMALLINT NOT NULL,
  quantity INTEGER NOT NULL,
  received SMALLINT NOT NULL DEFAULT 0,
  PRIMARY KEY (shipment_id, order_id, line_no),
  CONSTRAINT fk_shipment_items_shipment_id FOREIGN KEY (shipment_id) REFERENCES shipments (id) ON DELETE CASCADE,
  CONSTRAINT fk_shipment_items_order_id_line_no FOREIGN KEY (order_id, line_no) REFERENCES order_items (order_id, line_no)
);
CREATE INDEX ix_shipment_items_order_id ON shipment_items (order_id);

CREATE TABLE shipment_events ( -- Scans on the way
  id INTEGER PRIMARY KEY,
  shipment_id INTEGER NOT NULL,
  event VARCHAR(40) NOT NULL,
  recorded_by INTEGER,
  recorded_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_shipment_events_shipment_id FOREIGN KEY (shipment_id) REFERENCES shipments (id) ON DELETE CASCADE
);
CREATE INDEX ix_shipment_events_recorded_by ON shipment_events (recorded_by);
CREATE INDEX ix_shipment_events_shipment_id ON shipment_events (shipment_id);

CREATE TABLE returns ( -- Goods on the way back
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  status VARCHAR(20) NOT NULL,
  handled_by INTEGER, -- warehouse clerk
  reason TEXT,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_returns_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT fk_returns_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_returns_handled_by ON returns (handled_by);
CREATE INDEX ix_returns_order_id ON returns (order_id);
CREATE INDEX ix_returns_user_id ON returns (user_id);

CREATE TABLE return_items ( -- Returned lines
  return_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  line_no SMALLINT NOT NULL,
  quantity INTEGER NOT NULL,
  item_condition VARCHAR(30) NOT NULL,
  PRIMARY KEY (return_id, order_id, line_no),
  CONSTRAINT fk_return_items_return_id FOREIGN KEY (return_id) REFERENCES returns (id) ON DELETE CASCADE,
  CONSTRAINT fk_return_items_order_id_line_no FOREIGN KEY (order_id, line_no) REFERENCES order_items (order_id, line_no)
);
CREATE INDEX ix_return_items_order_id ON return_items (order_id);

CREATE TABLE payment_methods ( -- Stored cards and accounts, as tokens
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  kind VARCHAR(20) NOT NULL,
  provider_token VARCHAR(80) NOT NULL UNIQUE,
  last_used_at TIMESTAMP,
  CONSTRAINT fk_payment_methods_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_payment_methods_user_id ON payment_methods (user_id);

CREATE TABLE payments ( -- Money received for an order
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  payment_method_id INTEGER,
  amount_cents BIGINT NOT NULL,
  status VARCHAR(20) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_payments_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT fk_payments_user_id FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT fk_payments_payment_method_id FOREIGN KEY (payment_method_id) REFERENCES payment_methods (id)
);
CREATE INDEX ix_payments_order_id ON payments (order_id);
CREATE INDEX ix_payments_user_id ON payments (user_id);
CREATE INDEX ix_payments_payment_method_id ON payments (payment_method_id);

CREATE TABLE payment_attempts ( -- Conversations with the payment provider
  id INTEGER PRIMARY KEY,
  payment_id INTEGER NOT NULL,
  outcome VARCHAR(20) NOT NULL,
  provider_reference VARCHAR(80),
  attempted_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_payment_attempts_payment_id FOREIGN KEY (payment_id) REFERENCES payments (id) ON DELETE CASCADE
);
CREATE INDEX ix_payment_attempts_payment_id ON payment_attempts (payment_id);

CREATE TABLE refunds ( -- Money given back
  id INTEGER PRIMARY KEY,
  payment_id INTEGER NOT NULL,
  return_id INTEGER,
  requested_by INTEGER NOT NULL,
  approved_by INTEGER, -- clerk, from the staff list
  amount_cents BIGINT NOT NULL,
  status VARCHAR(20) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_refunds_payment_id FOREIGN KEY (payment_id) REFERENCES payments (id),
  CONSTRAINT fk_refunds_return_id FOREIGN KEY (return_id) REFERENCES returns (id),
  CONSTRAINT fk_refunds_requested_by FOREIGN KEY (requested_by) REFERENCES users (id)
);
CREATE INDEX ix_refunds_approved_by ON refunds (approved_by);
CREATE INDEX ix_refunds_payment_id ON refunds (payment_id);
CREATE INDEX ix_refunds_return_id ON refunds (return_id);
CREATE INDEX ix_refunds_requested_by ON refunds (requested_by);

CREATE TABLE refund_items ( -- What the refund is for
  refund_id INTEGER NOT NULL,
  order_id INTEGER NOT NULL,
  line_no SMALLINT NOT NULL,
  amount_cents BIGINT NOT NULL,
  PRIMARY KEY (refund_id, order_id, line_no),
  CONSTRAINT fk_refund_items_refund_id FOREIGN KEY (refund_id) REFERENCES refunds (id) ON DELETE CASCADE
);

CREATE TABLE store_credits ( -- Balance kept for the next order
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  refund_id INTEGER,
  amount_cents BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_store_credits_user_id FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT fk_store_credits_refund_id FOREIGN KEY (refund_id) REFERENCES refunds (id)
);
CREATE INDEX ix_store_credits_user_id ON store_credits (user_id);
CREATE INDEX ix_store_credits_refund_id ON store_credits (refund_id);

CREATE TABLE invoices ( -- Documents for the tax office
  id INTEGER PRIMARY KEY,
  invoice_number VARCHAR(20) NOT NULL UNIQUE,
  order_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  issued_by INTEGER,
  total_cents BIGINT NOT NULL,
  issued_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_invoices_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT fk_invoices_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_invoices_issued_by ON invoices (issued_by);
CREATE INDEX ix_invoices_order_id ON invoices (order_id);
CREATE INDEX ix_invoices_user_id ON invoices (user_id);

CREATE TABLE invoice_lines ( -- Lines of an invoice
  invoice_id INTEGER NOT NULL,
  line_no SMALLINT NOT NULL,
  description VARCHAR(200) NOT NULL,
  amount_cents BIGINT NOT NULL,
  tax_rate NUMERIC(5,2) NOT NULL,
  PRIMARY KEY (invoice_id, line_no),
  CONSTRAINT fk_invoice_lines_invoice_id FOREIGN KEY (invoice_id) REFERENCES invoices (id) ON DELETE CASCADE
);

CREATE TABLE tickets ( -- Requests by e-mail and form
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL,
  order_id INTEGER,
  assigned_to INTEGER,
  subject VARCHAR(200) NOT NULL,
  status VARCHAR(20) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_tickets_user_id FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT fk_tickets_order_id FOREIGN KEY (order_id) REFERENCES orders (id),
  CONSTRAINT fk_tickets_assigned_to FOREIGN KEY (assigned_to) REFERENCES users (id)
);
CREATE INDEX ix_tickets_status ON tickets (status);
CREATE INDEX ix_tickets_user_id ON tickets (user_id);
CREATE INDEX ix_tickets_order_id ON tickets (order_id);
CREATE INDEX ix_tickets_assigned_to ON tickets (assigned_to);

CREATE TABLE ticket_messages ( -- The conversation
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL,
  author_id INTEGER NOT NULL,
  body TEXT NOT NULL,
  sent_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_ticket_messages_ticket_id FOREIGN KEY (ticket_id) REFERENCES tickets (id) ON DELETE CASCADE,
  CONSTRAINT fk_ticket_messages_author_id FOREIGN KEY (author_id) REFERENCES users (id)
);
CREATE INDEX ix_ticket_messages_ticket_id ON ticket_messages (ticket_id);
CREATE INDEX ix_ticket_messages_author_id ON ticket_messages (author_id);

CREATE TABLE ticket_events ( -- Assigned, escalated, solved
  id INTEGER PRIMARY KEY,
  ticket_id INTEGER NOT NULL,
  actor_id INTEGER,
  event VARCHAR(40) NOT NULL,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_ticket_events_ticket_id FOREIGN KEY (ticket_id) REFERENCES tickets (id) ON DELETE CASCADE,
  CONSTRAINT fk_ticket_events_actor_id FOREIGN KEY (actor_id) REFERENCES users (id)
);
CREATE INDEX ix_ticket_events_ticket_id ON ticket_events (ticket_id);
CREATE INDEX ix_ticket_events_actor_id ON ticket_events (actor_id);

CREATE TABLE chat_sessions ( -- Live conversations on the site
  id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL,
  agent_id INTEGER,
  status VARCHAR(20) NOT NULL,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  CONSTRAINT fk_chat_sessions_customer_id FOREIGN KEY (customer_id) REFERENCES users (id),
  CONSTRAINT fk_chat_sessions_agent_id FOREIGN KEY (agent_id) REFERENCES users (id)
);
CREATE INDEX ix_chat_sessions_customer_id ON chat_sessions (customer_id);
CREATE INDEX ix_chat_sessions_agent_id ON chat_sessions (agent_id);

CREATE TABLE chat_messages ( -- Lines of a chat
  id INTEGER PRIMARY KEY,
  chat_session_id INTEGER NOT NULL,
  sender_id INTEGER NOT NULL, -- a user, customer or agent
  body TEXT NOT NULL,
  sent_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_chat_messages_chat_session_id FOREIGN KEY (chat_session_id) REFERENCES chat_sessions (id) ON DELETE CASCADE
);
CREATE INDEX ix_chat_messages_sender_id ON chat_messages (sender_id);
CREATE INDEX ix_chat_messages_chat_session_id ON chat_messages (chat_session_id);

CREATE TABLE kb_articles ( -- Answers anybody can read
  id INTEGER PRIMARY KEY,
  slug VARCHAR(120) NOT NULL UNIQUE,
  title VARCHAR(200) NOT NULL,
  author_id INTEGER NOT NULL,
  helpful_count INTEGER NOT NULL DEFAULT 0,
  published_at TIMESTAMP,
  CONSTRAINT fk_kb_articles_author_id FOREIGN KEY (author_id) REFERENCES users (id)
);
CREATE INDEX ix_kb_articles_author_id ON kb_articles (author_id);

CREATE TABLE kb_revisions ( -- Former texts of the articles
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL,
  revision_no SMALLINT NOT NULL,
  editor_id INTEGER NOT NULL,
  body TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  UNIQUE (article_id, revision_no),
  CONSTRAINT fk_kb_revisions_article_id FOREIGN KEY (article_id) REFERENCES kb_articles (id) ON DELETE CASCADE,
  CONSTRAINT fk_kb_revisions_editor_id FOREIGN KEY (editor_id) REFERENCES users (id)
);
CREATE INDEX ix_kb_revisions_editor_id ON kb_revisions (editor_id);

CREATE TABLE kb_feedback ( -- Did this answer your question
  id INTEGER PRIMARY KEY,
  article_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  helpful SMALLINT NOT NULL,
  remark TEXT,
  created_at TIMESTAMP NOT NULL,
  CONSTRAINT fk_kb_feedback_article_id FOREIGN KEY (article_id) REFERENCES kb_articles (id) ON DELETE CASCADE,
  CONSTRAINT fk_kb_feedback_user_id FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX ix_kb_feedback_article_id ON kb_feedback (article_id);
CREATE INDEX ix_kb_feedback_user_id ON kb_feedback (user_id);

CREATE VIEW order_history AS
SELECT o.id AS order_id, o.order_number, o.status, o.placed_at, u.id AS user_id, u.display_name, u.email,
       COUNT(i.line_no) AS line_count
FROM orders o
JOIN users u ON u.id = o.user_id
LEFT JOIN order_items i ON i.order_id = o.id
GROUP BY o.id, o.order_number, o.status, o.placed_at, u.id, u.display_name, u.email;

CREATE VIEW sellable_variants AS
SELECT v.id AS variant_id, p.id AS product_id, p.name, v.option_label, v.price_cents,
       s.on_hand - s.reserved AS available
FROM product_variants v
JOIN products p ON p.id = v.product_id
JOIN stock_levels s ON s.variant_id = v.id
WHERE p.active = 1;

CREATE VIEW agent_workload AS
SELECT u.id AS agent_id, u.display_name, COUNT(t.id) AS open_tickets
FROM users u
JOIN tickets t ON t.assigned_to = u.id
WHERE t.status <> 'solved'
GROUP BY u.id, u.display_name;

CREATE TRIGGER trg_review_rating AFTER INSERT ON product_reviews FOR EACH ROW
BEGIN
  UPDATE product_ratings SET review_count = review_count + 1, star_sum = star_sum + NEW.stars WHERE product_id = NEW.product_id;
END;

CREATE TRIGGER trg_stock_level AFTER INSERT ON stock_movements FOR EACH ROW
BEGIN
  UPDATE stock_levels SET on_hand = on_hand + NEW.quantity WHERE warehouse_id = NEW.warehouse_id AND variant_id = NEW.variant_id;
END;

CREATE TRIGGER trg_order_status AFTER UPDATE ON orders FOR EACH ROW WHEN NEW.status <> OLD.status
BEGIN
  INSERT INTO order_status_history (order_id, old_status, new_status, changed_by, changed_at) VALUES (NEW.id, OLD.status, NEW.status, NEW.user_id, CURRENT_TIMESTAMP);
END;

CREATE TRIGGER trg_kb_helpful AFTER INSERT ON kb_feedback FOR EACH ROW WHEN NEW.helpful = 1
BEGIN
  UPDATE kb_articles SET helpful_count = helpful_count + 1 WHERE id = NEW.article_id;
END;
